/** What the pages say, in the languages of `lang` that somebody here reads. AWS's managed login has more. */
const english = {
  signIn: 'Sign in',
  signUp: 'Create an account',
  confirm: 'Confirm your account',
  newPassword: 'Change your password',
  email: 'Email address',
  password: 'Password',
  chosenPassword: 'New password',
  code: 'Confirmation code',
  next: 'Continue',
  toSignUp: 'New user? Create an account',
  toSignIn: 'Have an account already? Sign in',
  codeIsInConsole: 'On AWS the code comes by e-mail. Here the console of the local cloud shows it.',
  unavailable: 'Login pages unavailable. Please contact an administrator.',
  stale: 'This page is out of date. Please try again.',
  where: 'Managed login of the local cloud',
};

export type Words = typeof english;

const korean: Words = {
  signIn: '로그인',
  signUp: '계정 만들기',
  confirm: '계정 확인',
  newPassword: '비밀번호 변경',
  email: '이메일 주소',
  password: '비밀번호',
  chosenPassword: '새 비밀번호',
  code: '확인 코드',
  next: '계속',
  toSignUp: '처음이신가요? 계정 만들기',
  toSignIn: '계정이 있으신가요? 로그인',
  codeIsInConsole: 'AWS에서는 코드가 이메일로 전송됩니다. 여기서는 로컬 클라우드의 콘솔에 표시됩니다.',
  unavailable: '로그인 페이지를 사용할 수 없습니다. 관리자에게 문의하세요.',
  stale: '이 페이지는 오래되었습니다. 다시 시도하세요.',
  where: '로컬 클라우드의 로그인 페이지',
};

export type Language = 'en' | 'ko';

export function languageOf(lang: string | null): Language {
  return lang?.toLowerCase().startsWith('ko') === true ? 'ko' : 'en';
}

export function wordsIn(language: Language): Words {
  return language === 'ko' ? korean : english;
}
