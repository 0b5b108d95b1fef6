/** What belongs to this installation as a whole, by name. */
export type DeploymentTable = { name: string; value: string }
