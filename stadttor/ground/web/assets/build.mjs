// Builds the style sheets and scripts from the packages of package-lock.json.
// Called by stadttor/ground/web/assets.py: node build.mjs ROOT OUT

import { existsSync, mkdirSync, readFileSync, writeFileSync, copyFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const [root, out] = process.argv.slice(2)
const require = createRequire(join(root, 'package.json'))
const postcss = createRequire(require.resolve('rtlcss'))('postcss')
const rtlcss = require('rtlcss')
const esbuild = require('esbuild')

const packages = join(root, 'node_modules')
const kern = join(packages, '@kern-ux/native/dist')
const own = join(root, 'stadttor/ground/web/assets')
const conditions = join(root, 'stadttor/forms/assets/conditions.js')

const CUTS = { Regular: 400, SemiBold: 600, Bold: 700 }
const ARABIC = 'noto-sans-arabic-arabic-wght-normal.woff2'
const ARABIC_RANGE = 'U+0600-06FF, U+0750-077F, U+0870-08FF, U+FB50-FDFF, U+FE70-FEFC'

/** Only the cuts pages use; Arabic letters, which Fira Sans lacks, come from Noto under the same name. */
function fontFaces() {
  const face = (file, weight, more = '') =>
    `@font-face{font-family:"Fira Sans";src:url("./${file}") format("woff2");font-weight:${weight};font-style:normal;font-display:swap;${more}}\n`
  return Object.entries(CUTS).map(([cut, weight]) => face(`FiraSans-${cut}.woff2`, weight)).join('')
    + face(ARABIC, '100 900', `unicode-range:${ARABIC_RANGE};`)
}

/** The layout classes of KERN (160 kB), which our pages do not use. */
function utilitySelectors() {
  const selectors = new Set()
  for (const name of ['kern-utilities.css', 'kern-grid.css']) {
    postcss.parse(readFileSync(join(kern, name), 'utf8')).walkRules(rule => {
      rule.selectors.filter(s => s.startsWith('.kern-')).forEach(s => selectors.add(s))
    })
  }
  return selectors
}

function kernWithoutUtilities() {
  const unused = utilitySelectors()
  const sheet = postcss.parse(readFileSync(join(kern, 'kern.css'), 'utf8'))
  sheet.walkRules(rule => { if (rule.selectors.every(s => unused.has(s))) rule.remove() })
  sheet.walkAtRules('media', media => { if (media.nodes.length === 0) media.remove() })
  sheet.walkAtRules('charset', rule => { rule.remove() })
  return sheet.toString()
}

/** The tick of a check box is a turned border: mirrored it would point down. */
function withoutTicks(css) {
  const sheet = postcss.parse(css)
  sheet.walkRules(/__checkbox.*before/, rule => { rule.before(postcss.comment({ text: '!rtl:ignore' })) })
  return sheet.toString()
}

/** KERN says left and right about 530 times; rtlcss mirrors it for right-to-left languages. */
async function styleSheets() {
  const base = kernWithoutUtilities()
  const write = async (name, text) => {
    const { code } = await esbuild.transform(text, { loader: 'css', minify: true, legalComments: 'none' })
    writeFileSync(join(out, name), code)
  }
  await write('kern.css', fontFaces() + base)
  await write('kern.rtl.css', fontFaces() + rtlcss.process(withoutTicks(base)))
  await write('stadttor.css', readFileSync(join(own, 'stadttor.css'), 'utf8'))
}

/** form.js takes the conditions of the form engine when they exist; without them it only saves. */
const conditionsWhenThere = {
  name: 'conditions',
  setup(build) {
    build.onResolve({ filter: /^conditions$/ }, () => existsSync(conditions) ? { path: conditions } : { path: 'none', namespace: 'none' })
    build.onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: 'export function wirePage() {}' }))
  },
}

async function scripts() {
  await esbuild.build({
    entryPoints: { form: join(own, 'form.js'), desk: join(own, 'desk.js'), passkey: join(own, 'passkey.js'), studio: join(own, 'studio.js') },
    outdir: out, bundle: true, minify: true, format: 'esm', target: 'es2022', legalComments: 'none',
    nodePaths: [packages], plugins: [conditionsWhenThere], logLevel: 'warning',
  })
}

function fonts() {
  for (const cut of Object.keys(CUTS)) {
    const file = `FiraSans-${cut}.woff2`
    copyFileSync(join(kern, 'fonts/fira-sans', file), join(out, file))
  }
  copyFileSync(join(packages, '@fontsource-variable/noto-sans-arabic/files', ARABIC), join(out, ARABIC))
}

/** Letters are set by typst from these files only, so that they look the same everywhere. */
function letterFonts() {
  const folder = join(out, 'letter-fonts')
  mkdirSync(folder, { recursive: true })
  const google = join(packages, '@expo-google-fonts')
  const files = [
    'noto-sans/400Regular/NotoSans_400Regular.ttf', 'noto-sans/400Regular_Italic/NotoSans_400Regular_Italic.ttf',
    'noto-sans/700Bold/NotoSans_700Bold.ttf', 'noto-sans/700Bold_Italic/NotoSans_700Bold_Italic.ttf',
    'noto-naskh-arabic/400Regular/NotoNaskhArabic_400Regular.ttf', 'noto-naskh-arabic/700Bold/NotoNaskhArabic_700Bold.ttf',
  ]
  for (const file of files) copyFileSync(join(google, file), join(folder, file.split('/').pop()))
  copyFileSync(join(google, 'noto-sans/LICENSE_FONT'), join(folder, 'OFL.txt'))
}

copyFileSync(join(own, 'icon.svg'), join(out, 'icon.svg'))
fonts()
letterFonts()
await Promise.all([styleSheets(), scripts()])
