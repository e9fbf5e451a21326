/** ODK's form engine as the rest of the client knows it. */
export * from './answers';
export { attach, detach, fileOf, isLoading, safeName } from './media';
export { OpenError, openRecord } from './open';
export { chooseRow } from './prefill';
export { everyNode, relevantNodes, uploadNodes } from './walk';
export type * from './types';
