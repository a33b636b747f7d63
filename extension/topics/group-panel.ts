import * as vscode from 'vscode';
import type { GroupDetail, ResetPlan, ResetSpec } from '../../clients/kafka/admin/types.ts';
import type {
  GroupMessage,
  GroupRequest,
  GroupState,
  ResetPlanView,
  ResetRequest,
} from '../../webviews/topics/messages.ts';
import { report } from '../commands.ts';
import { Poller } from '../jobs/poller.ts';
import type { Log } from '../log.ts';
import { openPanel, type Panel } from '../webviews/panel.ts';
import { assertLinkWritable, typedName } from './ask.ts';
import { LagCourse } from './lag-course.ts';
import type { KafkaLink } from './link.ts';

export interface GroupPanelParts {
  readonly extension: vscode.Uri;
  readonly log: Log;
  /** Shows what a group has not read of a partition. */
  readonly unread: (link: KafkaLink, topic: string, partition: number, offset: string) => void;
  readonly closed: () => void;
}

const EVERY_MS = 3000;

/** The view of one group. */
export class GroupPanel {
  readonly link: KafkaLink;
  readonly #id: string;
  readonly #parts: GroupPanelParts;
  readonly #panel: Panel<GroupMessage>;
  readonly #poller: Poller;
  readonly #course = new LagCourse();
  #plan: ResetPlan | undefined;

  constructor(link: KafkaLink, id: string, parts: GroupPanelParts) {
    this.link = link;
    this.#id = id;
    this.#parts = parts;
    this.#poller = new Poller(
      (signal) => this.#look(signal),
      (error) => this.#panel.send({ type: 'offline', message: wordsOf(error) }),
    );
    this.#panel = openPanel<GroupRequest, GroupMessage>(parts.extension, {
      viewType: 'millrace.group',
      title: id,
      script: 'topics',
      receive: (request) => {
        this.#receive(request).catch((error: unknown) => report(parts.log, error, vscode.l10n.t('group {0}', id)));
      },
      visible: (visible) => (visible ? this.#poller.start() : this.#poller.stop()),
      closed: () => {
        this.#poller.stop();
        parts.closed();
      },
    });
  }

  reveal(): void {
    this.#panel.reveal();
  }

  dispose(): void {
    this.#panel.dispose();
  }

  async #look(signal: AbortSignal): Promise<number> {
    const detail = await (await this.link.admin()).group(this.#id, signal);
    this.#course.note(Date.now(), detail);
    this.#panel.send({ type: 'group', state: groupState(this.link, detail, this.#course) });
    return EVERY_MS;
  }

  async #receive(request: GroupRequest): Promise<void> {
    switch (request.type) {
      case 'ready':
        this.#poller.again();
        return;
      case 'planReset':
        await this.#planReset(request.reset);
        return;
      case 'applyReset':
        await this.#applyReset();
        return;
      case 'deleteGroup':
        if (await deleteGroup(this.link, this.#id)) this.#panel.dispose();
        return;
      case 'unread':
        this.#parts.unread(this.link, request.topic, request.partition, request.offset);
    }
  }

  async #planReset(reset: ResetRequest): Promise<void> {
    try {
      this.#plan = await (await this.link.admin()).planReset(this.#id, specOf(reset));
      this.#panel.send({ type: 'plan', plan: planView(this.#plan) });
    } catch (error) {
      this.#plan = undefined;
      this.#panel.send({ type: 'plan', plan: wordsOf(error) });
    }
  }

  async #applyReset(): Promise<void> {
    const plan = this.#plan;
    if (!plan) throw new Error(vscode.l10n.t('Look at what changes first'));
    assertLinkWritable(this.link, vscode.l10n.t('Resetting offsets'));
    const detail = vscode.l10n.t('Its consumers go on from the new offsets.');
    if (!(await typedName(vscode.l10n.t('Set the offsets of {0}', this.#id), detail, this.#id))) return;
    try {
      await (await this.link.admin()).applyReset(plan);
      this.#plan = undefined;
      this.#panel.send({ type: 'plan', plan: null });
      vscode.window.setStatusBarMessage(`Millrace: ${vscode.l10n.t('Offsets of {0} set', this.#id)}`, 5000);
    } catch (error) {
      this.#panel.send({ type: 'plan', plan: wordsOf(error) });
    }
    this.#poller.again();
  }
}

/** Asks, then forgets a group; gives whether it did. */
export async function deleteGroup(link: KafkaLink, id: string): Promise<boolean> {
  assertLinkWritable(link, vscode.l10n.t('Deleting a group'));
  const detail = vscode.l10n.t('The group and its offsets are forgotten; its consumers begin anew.');
  if (!(await typedName(vscode.l10n.t('Delete the group {0} on {1}', id, link.name), detail, id))) return false;
  await (await link.admin()).deleteGroup(id);
  await link.listGroups();
  return true;
}

function specOf({ to, value, time, topic }: ResetRequest): ResetSpec {
  return {
    ...(topic === '' ? {} : { topics: [{ topic }] }),
    to:
      to === 'timestamp'
        ? { at: 'timestamp', timestamp: time ?? Date.now() }
        : to === 'offset'
          ? { at: 'offset', offset: BigInt(value) }
          : to === 'shift'
            ? { at: 'shift', by: BigInt(value) }
            : { at: to },
  };
}

function planView({ refusal, partitions }: ResetPlan): ResetPlanView {
  return {
    refusal: refusal ?? null,
    partitions: partitions.map(({ topic, partition, from, to, clipped, error }) => ({
      topic,
      partition,
      from: from === undefined ? null : String(from),
      to: String(to),
      note: error ?? clipped ?? null,
    })),
  };
}

/** A group as its view shows it. */
export function groupState(link: KafkaLink, detail: GroupDetail, course: LagCourse): GroupState {
  const text = (value: bigint | undefined): string | null => (value === undefined ? null : String(value));
  const clients = new Map(detail.members.map(({ id, clientId, host }) => [id, `${clientId} ${host}`]));
  return {
    id: detail.id,
    connection: link.name,
    readOnly: link.readOnly,
    kind: detail.type,
    state: detail.state,
    assignor: detail.assignor,
    coordinator: detail.coordinator,
    members: detail.members.map(({ id, clientId, host, assignment, instanceId }) => ({
      id: instanceId === null ? id : `${id} (${instanceId})`,
      clientId,
      host,
      assignment: assignment.map(({ topic, partitions }) => `${topic} ${partitions.join(', ')}`).join('; '),
    })),
    offsets: detail.offsets.map((one) => ({
      topic: one.topic,
      partition: one.partition,
      committed: text(one.committed),
      end: text(one.end),
      lag: text(one.lag),
      member: one.member === undefined ? '' : (clients.get(one.member) ?? one.member),
      error: one.error ?? null,
    })),
    lag: String(detail.lag),
    problem: detail.offsetsError ?? null,
    course: course.state,
  };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
