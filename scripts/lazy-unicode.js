/** Stand-ins in the bundle for objects that load Unicode tables when they are created: these load them when first used. */

export class LazySegmenter {
  #segmenter = null;

  segment(text) {
    this.#segmenter ??= new Intl.Segmenter();
    return this.#segmenter.segment(text);
  }
}

/** Not a literal: V8 builds the tables of a literal when it parses the file. */
export class LazyEmojiRegExp {
  #regExp = null;

  test(text) {
    this.#regExp ??= /^\p{RGI_Emoji}$/v;
    return this.#regExp.test(text);
  }
}
