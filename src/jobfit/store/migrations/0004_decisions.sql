-- When an application ended, where the log says it. An unknown time of the application itself is '-infinity'.

ALTER TABLE applications ADD COLUMN IF NOT EXISTS decided timestamptz;
