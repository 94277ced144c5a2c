/** As SQL: the id of the chat that the id `$2` of workspace `$1` leads to, which may have become part of another one. */
export const LIVING_CHAT =
  '(select coalesce(n.merged_into, n.id) from chat n where n.workspace_id = $1 and n.id = $2)';
