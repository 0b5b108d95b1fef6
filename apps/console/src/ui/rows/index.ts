export { RowAction, RowFact, RowNote, Rows, RowTitle } from './Rows.tsx'
