import prettier from 'eslint-config-prettier';
import vue from 'eslint-plugin-vue';
import ts from 'typescript-eslint';

// Imports go one way: views > components > app > queue > store > wire, and only engine/ knows ODK's engine.
const LAYERS = ['views', 'components', 'app', 'queue', 'store', 'wire'];
const above = (layer) => LAYERS.slice(0, LAYERS.indexOf(layer)).map((name) => `@/${name}/**`);
const noEngine = { name: '@getodk/xforms-engine', message: 'Only src/engine imports the engine.' };
const nothingFrom = (...group) => ({
  'no-restricted-imports': [
    'error',
    {
      paths: [noEngine],
      patterns: group.length ? [{ group, message: 'This would turn the direction of imports.' }] : [],
    },
  ],
});

export default ts.config(
  { ignores: ['dev-dist', 'node_modules'] },
  ...ts.configs.recommended,
  ...vue.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: ts.parser } },
  },
  {
    rules: {
      'vue/multi-word-component-names': 'off',
      'vue/no-v-html': 'error',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  { files: ['src/**'], rules: nothingFrom() },
  ...LAYERS.map((layer) => ({ files: [`src/${layer}/**`], rules: nothingFrom(...above(layer)) })),
  {
    files: ['src/engine/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: LAYERS.map((name) => `@/${name}/**`), message: 'The engine stands alone.' }] },
      ],
    },
  },
  { files: ['tests/**'], rules: { 'max-lines-per-function': 'off' } },
  prettier,
);
