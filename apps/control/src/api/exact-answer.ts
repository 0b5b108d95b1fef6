import type { FastifySerializerCompiler } from 'fastify/types/schema.js'
import { serializerCompiler } from 'fastify-type-provider-zod'
import type { $ZodType, $ZodTypes } from 'zod/v4/core'

/** Whether a value has nothing in it that its schema does not name. It says nothing about the values themselves. */
type IsExact = (value: unknown) => boolean

/**
 * Writes answers. What holds exactly the fields of its schema is sent as it is; everything else goes the long way through the schema.
 */
export const answerSerializer: FastifySerializerCompiler<$ZodType> = (route) => {
  const writeThroughSchema = serializerCompiler(route)
  let isExact: IsExact | null = null
  return (answer) => {
    isExact ??= exactTest(route.schema)
    return isExact(answer) ? JSON.stringify(answer) : writeThroughSchema(answer)
  }
}

/**
 * An answer that holds exactly the fields of its schema can be sent as it is: its types are checked when Sluice is. Everything else goes
 * the long way through the schema, which leaves out what it does not name, so that no column of a row gets out by mistake.
 */
export function exactTest(schema: $ZodType, known = new Map<$ZodType, IsExact>()): IsExact {
  const before = known.get(schema)
  if (before !== undefined) return before
  // Set first, for a schema that holds itself.
  let test: IsExact = () => false
  known.set(schema, (value) => test(value))
  test = makeTest((schema as $ZodTypes)._zod.def, (inner) => exactTest(inner, known))
  return test
}

function makeTest(def: $ZodTypes['_zod']['def'], testOf: (schema: $ZodType) => IsExact): IsExact {
  switch (def.type) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'null':
      return isLeaf
    // Their values tell the members of a union apart.
    case 'enum': {
      const entries: ReadonlySet<unknown> = new Set(Object.values(def.entries))
      return (value) => entries.has(value)
    }
    case 'literal': {
      const values: ReadonlySet<unknown> = new Set(def.values)
      return (value) => values.has(value)
    }
    case 'unknown':
    case 'any':
      return () => true
    case 'nullable': {
      const inner = testOf(def.innerType)
      return (value) => value === null || inner(value)
    }
    case 'optional': {
      const inner = testOf(def.innerType)
      return (value) => value === undefined || inner(value)
    }
    case 'default':
    case 'prefault':
    case 'readonly':
      return testOf(def.innerType)
    case 'array': {
      const inner = testOf(def.element)
      return (value) => Array.isArray(value) && value.every(inner)
    }
    case 'object':
      return def.catchall === undefined ? testFields(def.shape, testOf) : () => false
    case 'record': {
      const inner = testOf(def.valueType)
      return (value) => isFields(value) && Object.values(value).every(inner)
    }
    case 'union': {
      const options = def.options.map(testOf)
      return (value) => options.some((isExact) => isExact(value))
    }
    default:
      return () => false
  }
}

const isLeaf: IsExact = (value) => value === null || (typeof value !== 'object' && value !== undefined)
const isFields = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

function testFields(shape: Readonly<Record<string, $ZodType>>, testOf: (schema: $ZodType) => IsExact): IsExact {
  const fields = new Map(Object.entries(shape).map(([name, schema]) => [name, testOf(schema)]))
  const required = Object.entries(shape)
    .filter(([, schema]) => (schema as $ZodTypes)._zod.def.type !== 'optional')
    .map(([name]) => name)
  return (value) => {
    if (!isFields(value)) return false
    for (const name in value) {
      const isExact = fields.get(name)
      if (isExact === undefined || !isExact(value[name])) return false
    }
    return required.every((name) => value[name] !== undefined)
  }
}
