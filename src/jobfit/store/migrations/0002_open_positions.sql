-- A position still held keeps no end, and a total is computed when it is asked for. What an earlier reader claimed from
-- words is kept; that every date was explained is not, so no total read before holds anything against a person.
UPDATE records SET profile = (profile - 'experience') || jsonb_build_object(
    'experiences', coalesce((
        SELECT jsonb_agg(
            CASE WHEN held -> 'current' = 'true' THEN held || jsonb_build_object('end', NULL, 'widest',
                CASE WHEN jsonb_typeof(held -> 'widest') = 'array'
                     THEN jsonb_build_array(held -> 'widest' -> 0, NULL) ELSE 'null' END)
            ELSE held END ORDER BY place)
        FROM jsonb_array_elements(profile -> 'experiences') WITH ORDINALITY AS positions (held, place)), '[]'),
    'claimed_months', CASE
        WHEN jsonb_typeof(profile -> 'experience') = 'object' AND NOT EXISTS (
            SELECT FROM jsonb_array_elements(profile -> 'experiences') AS held
            WHERE held -> 'evidence' = profile #> '{experience,evidence}')
        THEN jsonb_build_object('value', profile #> '{experience,value,months}',
                                'evidence', profile #> '{experience,evidence}')
        ELSE 'null' END)
WHERE kind = 'candidate' AND jsonb_typeof(profile -> 'experiences') = 'array';
