import type { CommonFlags } from './skerry-run.ts'

// What a person says to the commands that share, as commander hands it on.

export type ShareFlags = CommonFlags & Readonly<{ network?: string }>
export type OwnerFlags = ShareFlags & Readonly<{ tokenFile: string }>
export type SendFlags = ShareFlags &
  Readonly<{
    passwordFile?: string
    expires: number
    replicas: number
    deny: string[]
    accessTokenFile?: string
    peers: boolean
    relayOnly?: true
    daily: number
  }>
export type GetFlags = ShareFlags &
  Readonly<{
    passwordFile?: string
    outputDir: string
    peers: boolean
    relayOnly?: true
    keepServing?: true
    daily: number
  }>
export type HelpFlags = ShareFlags &
  Readonly<{ tokenFile: string; capacity: number; daily: number }>
export type HealFlags = ShareFlags & Readonly<{ passwordFile?: string; accessTokenFile?: string }>
