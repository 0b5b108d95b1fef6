import { STATUS_CODES } from 'node:http'
import { SluiceError } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import { type Problem, type ProblemCode, problemKinds } from '@sluice/contract/errors'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { troubleOf, troubleSentences } from '../db/index.ts'
import { ProblemError } from '../services/index.ts'

export const problemType = 'application/problem+json'

/** Fastify's own refusals, as ours. */
const frameworkCodes: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'REQUEST_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'REQUEST_MEDIA_TYPE',
}
/** A file that is not ours to give is no file here. */
const noSuchPath: readonly number[] = [403, 404]

const retryAfterSeconds = 5
const troubleProblems: Readonly<Record<NonNullable<ReturnType<typeof troubleOf>>, ProblemCode>> = {
  unreachable: 'DATABASE_UNREACHABLE',
  full: 'DATABASE_FULL',
  busy: 'DATABASE_BUSY',
  'read-only': 'DATABASE_READ_ONLY',
  fault: 'DATABASE_FAULT',
}

/** The body of a failed answer. Spec: RFC 9457 §3 */
export function problemOf(code: ProblemCode, detail: string, fields: ProblemError['fields'] = []): Problem {
  const { status, title } = problemKinds[code]
  const base = { type: `/docs/errors#${code}`, title, status, detail, code }
  return fields.length === 0 ? base : { ...base, fields: [...fields] }
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply.code(problem.status).type(problemType).serializer(JSON.stringify).send(problem)
}

/** Turns whatever a route throws into a problem. What is Sluice's own fault is logged; its text never leaves. */
export function handleError(log: Logger, error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof ProblemError) {
    if (error.retryAfterSeconds !== null) void reply.header('retry-after', error.retryAfterSeconds)
    if (error.code === 'AUTH_REQUIRED') void reply.header('www-authenticate', 'Bearer')
    const problem = problemOf(error.code, error.message, error.fields)
    return sendProblem(reply, error.violations.length === 0 ? problem : { ...problem, violations: [...error.violations] })
  }
  const trouble = troubleOf(error)
  if (trouble !== null) {
    log.error({ error: error.message, trouble }, 'the database failed a request')
    void reply.header('retry-after', retryAfterSeconds)
    return sendProblem(reply, problemOf(troubleProblems[trouble], troubleSentences[trouble]))
  }
  const status = error.statusCode ?? 500
  if (noSuchPath.includes(status)) return sendProblem(reply, problemOf('NOT_FOUND', `There is nothing at this path for ${request.method}.`))
  if (status < 500) {
    const code = frameworkCodes[error.code] ?? 'REQUEST_INVALID'
    return sendProblem(reply, problemOf(code, code === 'REQUEST_INVALID' ? error.message : problemKinds[code].title))
  }
  const route = request.routeOptions.url ?? 'unknown'
  const known = error instanceof SluiceError ? { code: error.code, blame: error.blame } : {}
  log.error({ requestId: request.id, method: request.method, route, ...known, error: error.message, stack: error.stack }, 'request failed')
  return sendProblem(reply, problemOf('INTERNAL_ERROR', `${STATUS_CODES[500]}; the log has it as request ${request.id}.`))
}
