// Ticks off the rule for passwords while one is typed.
for (const rule of document.querySelectorAll("[data-rule-for]")) {
  const input = document.getElementById(rule.dataset.ruleFor);
  const least = Number(rule.dataset.least);
  const look = () => {
    rule.dataset.met = String([...input.value].length >= least);
  };
  input?.addEventListener("input", look);
}
