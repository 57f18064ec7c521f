/** What the page uses of marked, for the checkers. */
export class Tokenizer {}
export class Lexer {
  constructor(options: object);
  lex(source: string): any[];
}
