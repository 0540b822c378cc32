// The guide loads what was built last: python3 -m http.server --directory ivr/web, then /browser/style/guide.html.
const built = "/static/built/";
const manifest = await (await fetch(`${built}manifest.json`)).json();
await import(built + manifest["ivory.js"].file);
