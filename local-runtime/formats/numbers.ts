export { javaDouble, javaFloat } from '../functions/java/floating-text.ts';
