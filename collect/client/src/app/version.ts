/** The version of this build, for the settings and for the office's page of devices. */
export const APP_VERSION: string = typeof __APP_VERSION__ === 'string' ? __APP_VERSION__ : 'dev';

declare const __APP_VERSION__: string | undefined;
