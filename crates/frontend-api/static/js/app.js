// Entry point: each module looks for its own markup and does nothing where there is none.
import "./avatar.js";
import "./composer.js";
import "./copy.js";
import "./live.js";
import "./menu.js";
import "./password.js";
import "./tabs.js";
import "./theme.js";
import "./toast.js";
import "./upload.js";
import "./zone.js";

// A form that came back starts at the first field that needs a look.
document.querySelector('main [aria-invalid="true"]')?.focus();
