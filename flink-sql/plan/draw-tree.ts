/** A tree as Flink draws it: `:-` and `+-` before the inputs. */
export function drawTree<T>(root: T, line: (node: T) => string, inputs: (node: T) => readonly T[]): string {
  const lines: string[] = [];
  const draw = (node: T, prefix: string, lead: string, below: string): void => {
    lines.push(`${prefix}${lead}${line(node)}`);
    const children = inputs(node);
    children.forEach((child, i) => {
      const last = i === children.length - 1;
      draw(child, prefix + below, last ? '+- ' : ':- ', last ? '   ' : ':  ');
    });
  };
  draw(root, '', '', '');
  return lines.join('\n');
}
