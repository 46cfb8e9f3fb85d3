/** A sensor of a profile, as a user would write it in a stack's configuration. */
export interface ProfileSensor {
  readonly name: string;
  readonly interval: string;
  readonly model: { readonly type: string; readonly [setting: string]: unknown };
  readonly unit?: string;
  readonly precision?: number;
  readonly min?: number;
  readonly max?: number;
}

/** The sensors of a kind of device. */
export type Profile = readonly ProfileSensor[];
