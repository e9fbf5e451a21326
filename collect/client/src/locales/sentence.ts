/** What every sentence of the client is given in. */
export type Language = 'th' | 'en';
export type Sentence = Record<Language, string>;
