// Reads a JSON list of CSPs, writes for each the findings of Google's csp-evaluator.
const { CspEvaluator } = require('csp_evaluator/dist/evaluator.js');
const { CspParser } = require('csp_evaluator/dist/parser.js');
let text = '';
process.stdin.on('data', (piece) => (text += piece));
process.stdin.on('end', () => {
  const findings = JSON.parse(text).map((csp) =>
    new CspEvaluator(new CspParser(csp).csp).evaluate().map((finding) => ({
      severity: finding.severity,
      directive: finding.directive,
      value: finding.value ?? null,
      description: finding.description,
    })),
  );
  process.stdout.write(JSON.stringify(findings));
});
