/**
 * `on`: the key service is activated. `off`: it is not, and cannot be. `ask`: it is from the moment when somebody opens it,
 * which is kept.
 */
export type KmsMode = "on" | "off" | "ask"
