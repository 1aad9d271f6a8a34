/** Names the other end of a connection: a member of the room, or a seed by its id. */
export type PeerId = string
