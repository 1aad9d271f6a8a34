/** Names that try to run a script, wherever one would be put into HTML, an attribute, a URL or a style. */
export const scriptNames: readonly string[] = [
  '<script>globalThis.wasHit = 1</script>.txt',
  '<img src=x onerror=globalThis.wasHit=1>',
  '"><svg onload=globalThis.wasHit=1>',
  "' onmouseover='globalThis.wasHit=1",
  '" autofocus onfocus=globalThis.wasHit=1 x="',
  '</title><script>globalThis.wasHit=1</script>',
  '</style><script>globalThis.wasHit=1</script>',
  '<iframe srcdoc="<script>parent.wasHit=1</script>">',
  '<a href="javascript:globalThis.wasHit=1">click</a>',
  'javascript:globalThis.wasHit=1',
  'data:text/html,<script>parent.wasHit=1</script>',
  '<math><mtext><table><mglyph><style><img src=x onerror=globalThis.wasHit=1>',
  '<noscript><p title="</noscript><img src=x onerror=globalThis.wasHit=1>">',
  '${globalThis.wasHit=1}',
  '{{constructor.constructor("globalThis.wasHit=1")()}}',
  '<!--><img src=x onerror=globalThis.wasHit=1>-->',
  '<?lit$0?><!--lit-part--><img src=x onerror=globalThis.wasHit=1>',
  '&lt;img src=x onerror=globalThis.wasHit=1&gt;',
  '<base href="https://evil.example/">',
  '<link rel=stylesheet href=//evil.example/x.css>',
  '<meta http-equiv=refresh content="0;url=https://evil.example/">',
  '@import url(https://evil.example/x.css);.css',
]

/** Names that break a layout or fool a reader; the last ones are what the sanitiser leaves of worse. */
const strangeNames: readonly string[] = [
  `${'w'.repeat(251)}.txt`,
  `${'lorem ipsum dolor sit amet '.repeat(9)}end.txt`,
  '👩‍👩‍👧‍👦🏳️‍🌈👍🏽.png',
  '報告書の最終版（本当に最終）.docx',
  'تقرير نهائي 2031.pdf',
  'דוח סופי (2031).pdf',
  'Z̴̡̛̤̦͎͎̟̩̅͛͌̂̆͑̓̀͘͠͝͠a̷̧̛̘̗̻̱̙͚̥̮̒̽͆̊́̈́̕͘̚͝͠l̶̡̨̛̛̯̟̺̭̯̜̤͛̌͂̏̓̇̄̆̕͠͝g̵̨̧͔͎̜̳̻̗͙̿̈́̓̑̆͌̕̚͝͠͝o̶̢̧̡̧̥̪̩̬̦͋̇̀͗̾̅̏̕͘̚͝͝.txt',
  'invoice_fdp.exe',
  '   leading and trailing spaces   ',
  '_',
]

export const hostileNames: readonly string[] = [...scriptNames, ...strangeNames]
