/** The languages in which the lab explains itself. */
export type Language = "en" | "zh";

/** A text in each of them. */
export type Told = Readonly<Record<Language, string>>;
