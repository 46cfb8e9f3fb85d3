/** The parts of an image reference. */
export interface ImageParts {
  /** With its registry if it names one; Docker's official images are in `library/`. */
  readonly repository: string;
  /** Undefined stands for `latest`, if there is no digest either. */
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

const dockerHub = /^(?:docker\.io\/|index\.docker\.io\/)?(?=[^/]+$)/;

/** Reads an image reference, `[registry[:port]/]path[:tag][@digest]`. */
export function parseImage(image: string): ImageParts {
  const [, name = "", tag, digest] = /^(.+?)(?::(\w[\w.-]*))?(?:@(sha256:\w+))?$/.exec(image) ?? [];
  return { repository: name.replace(dockerHub, "library/"), tag, digest };
}
