/** Style sheet with the theme's variables, made by scripts/console-build.ts. */
declare module "virtual:theme.css"
