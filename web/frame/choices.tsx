import { language, words } from '../words/language.ts';
import { languages, type Language } from '../words/languages.ts';
import { appearance, chooseAppearance, chooseLanguage, type Appearance } from './preferences.ts';

const appearances: readonly Appearance[] = ['automatic', 'light', 'dark'];

/** Appearance and language. */
export function Choices() {
  const w = words.value;
  return (
    <div class="choices">
      <label>
        <span>{w.appearance}</span>
        <select
          value={appearance.value}
          onChange={({ currentTarget }) => chooseAppearance(currentTarget.value as Appearance)}
        >
          {appearances.map((name) => (
            <option key={name} value={name}>
              {w[name]}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{w.language}</span>
        <select
          value={language.value}
          onChange={({ currentTarget }) => chooseLanguage(currentTarget.value as Language)}
        >
          {Object.entries(languages).map(([tag, name]) => (
            <option key={tag} value={tag} lang={tag}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
