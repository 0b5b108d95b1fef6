export { policyBounds } from './bounds.ts'
export {
  type ClassPolicies,
  ClassPolicy,
  classPolicies,
  OutputClass,
  outputClasses,
  PolicyEdit,
  RetryPolicy,
  withEdit,
} from './classes.ts'
export { EffectiveLimits, effectiveLimits, judgedLimits, OutputLimits, OutputLimitsPatch, patchLimits } from './limits.ts'
export { classWithoutOutputs, failoverOfClasses } from './tightest.ts'
export {
  formatLimit,
  formatViolation,
  type JudgedSetting,
  OverrideBody,
  PolicyField,
  PolicyLimit,
  PolicyOverride,
  PolicyViolation,
  policyFields,
  violationsOf,
} from './violation.ts'
