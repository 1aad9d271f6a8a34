import type { FastifyPluginAsync } from 'fastify'
import { TransferError } from '../../protocol/errors.ts'
import { acceptUpgrades, ROOMS_PATH, type UpgradeRules } from '../rooms/upgrades.ts'
import type { Rooms } from '../rooms/rooms.ts'

/** `GET /v1/rooms`: a WebSocket, where peers find each other. SPEC.md §10.5. */
export function roomRoutes(rooms: Rooms, rules: UpgradeRules): FastifyPluginAsync {
  return async (app) => {
    acceptUpgrades(app.server, rooms, rules)
    app.get(ROOMS_PATH, async () => {
      throw new TransferError('REQUEST_INVALID', 'The rooms are a WebSocket.')
    })
  }
}
