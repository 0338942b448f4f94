/**
 * The agents' console: starts the one element that holds everything else.
 * Modules: model/ knows the desk API and no DOM, views/ know no transport, words/ hold every text a person reads.
 */
import "./views/app.js";

document.body.append(document.createElement("desk-app"));
