export type Language = 'en' | 'ko';
export const languages: Readonly<Record<Language, string>> = { en: 'English', ko: '한국어' };
