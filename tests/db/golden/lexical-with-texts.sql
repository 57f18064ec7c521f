WITH found AS materialized (
    SELECT matching.vector_store_id AS vector_store_id, matching.file_id AS file_id, matching.ordinal AS ordinal, NULL AS distance, matching.product AS product
    FROM (
        SELECT best.vector_store_id AS vector_store_id, best.file_id AS file_id, best.ordinal AS ordinal, best.product AS product
        FROM (
            SELECT chunk_lexemes.vector_store_id AS vector_store_id, chunk_lexemes.file_id AS file_id, chunk_lexemes.ordinal AS ordinal, chunk_lexemes.weights <#> CAST(%(weights)s AS sparsevec) AS product
            FROM chunk_lexemes
            WHERE chunk_lexemes.vector_store_id = 1
            ORDER BY chunk_lexemes.weights <#> CAST(%(weights)s AS sparsevec), chunk_lexemes.vector_store_id, chunk_lexemes.file_id DESC, chunk_lexemes.ordinal
            LIMIT 20) AS best
        WHERE best.product < %(product_1)s) AS matching
    WHERE NOT (EXISTS (
            SELECT vector_stores.id
            FROM vector_stores
            WHERE vector_stores.id IN (1)
            AND vector_stores.project_id != %(project_id_1)s::VARCHAR))), placed AS (
    SELECT found.vector_store_id AS vector_store_id, found.file_id AS file_id, found.ordinal AS ordinal, found.distance AS distance, found.product AS product, row_number() OVER (ORDER BY found.distance, found.product, found.vector_store_id, found.file_id DESC, found.ordinal) AS place
    FROM found) SELECT wanted.vector_store_id, wanted.file_id, wanted.ordinal, wanted.distance, wanted.product, wanted.place, of_one.public_id, of_one.filename, of_one.content, of_one.char_start, of_one.char_end, of_one.page, of_one.page_end, of_one.heading, of_one.table_header, of_one.source, of_one.attributes, of_one.notes
FROM (
    SELECT placed.vector_store_id AS vector_store_id, placed.file_id AS file_id, placed.ordinal AS ordinal, placed.distance AS distance, placed.product AS product, placed.place AS place
    FROM placed
    WHERE placed.place <= %(named)s UNION ALL SELECT placed.vector_store_id AS vector_store_id, placed.file_id AS file_id, placed.ordinal + steps.step AS anon_1, NULL AS anon_2, NULL AS anon__1, NULL AS anon__2
    FROM placed JOIN (VALUES (%(param_1)s::INTEGER), (%(param_2)s::INTEGER)) AS steps (step) ON true
    WHERE placed.place <= %(beside)s) AS wanted JOIN LATERAL (
    SELECT files.public_id AS public_id, files.filename AS filename, CASE WHEN (coalesce(wanted.place, %(coalesce_1)s::INTEGER) <= %(texts)s::INTEGER) THEN chunks.content END AS content, chunks.char_start AS char_start, chunks.char_end AS char_end, chunks.page AS page, coalesce(chunks.page_end, chunks.page) AS page_end, CASE WHEN (coalesce(wanted.place, %(coalesce_1)s::INTEGER) <= %(texts)s::INTEGER) THEN chunks.heading END AS heading, CASE WHEN (coalesce(wanted.place, %(coalesce_1)s::INTEGER) <= %(texts)s::INTEGER) THEN chunks.table_header END AS table_header, CASE WHEN (coalesce(wanted.place, %(coalesce_1)s::INTEGER) <= %(texts)s::INTEGER) THEN vector_store_files.source END AS source, CASE WHEN (coalesce(wanted.place, %(coalesce_1)s::INTEGER) <= %(texts)s::INTEGER) THEN vector_store_files.attributes END AS attributes, CASE WHEN (coalesce(wanted.place, %(coalesce_1)s::INTEGER) <= %(texts)s::INTEGER) THEN vector_store_files.metadata END AS notes
    FROM chunks JOIN vector_store_files ON vector_store_files.vector_store_id = wanted.vector_store_id
    AND vector_store_files.file_id = wanted.file_id JOIN files ON files.id = wanted.file_id
    WHERE chunks.vector_store_id = wanted.vector_store_id
    AND chunks.file_id = wanted.file_id
    AND chunks.ordinal = wanted.ordinal
    AND chunks.project_id = %(project_id_2)s::VARCHAR
    LIMIT 1) AS of_one ON true
ORDER BY wanted.place;
