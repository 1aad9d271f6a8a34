import type { FastifyReply } from 'fastify'
import type { Bytes } from '../../protocol/bytes.ts'
import type { DataPiece } from '../share/piece-buffers.ts'
import { startAnswer } from './data-answer.ts'
import { sendPieces, type SendingRules } from './send-pieces.ts'

const PIECE_BYTES = 1024 * 1024

/**
 * Answers with bytes that stand in memory as a whole: piece by piece, because whoever hardly reads would keep them
 * there for as long as they like.
 */
export async function sendOctets(
  reply: FastifyReply,
  bytes: Bytes,
  rules: SendingRules,
): Promise<FastifyReply> {
  startAnswer(reply, { status: 200, headers: { 'content-length': String(bytes.length) } })
  const pieces = { first: pieceAt(bytes, 0), rest: piecesFrom(bytes, PIECE_BYTES) }
  void sendPieces(reply.raw, pieces, rules)
  return reply
}

async function* piecesFrom(bytes: Bytes, from: number): AsyncGenerator<DataPiece> {
  for (let at = from; at < bytes.length; at += PIECE_BYTES) yield pieceAt(bytes, at)
}

function pieceAt(bytes: Bytes, at: number): DataPiece {
  return { bytes: bytes.subarray(at, at + PIECE_BYTES), release: () => undefined }
}
