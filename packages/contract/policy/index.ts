export { type ClassPolicy, classPolicies, OutputClass, outputClasses, RetryPolicy } from './classes.ts'
