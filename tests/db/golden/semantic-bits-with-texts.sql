WITH found AS materialized (
    SELECT nearest.vector_store_id AS vector_store_id, nearest.file_id AS file_id, nearest.ordinal AS ordinal, nearest.distance AS distance, NULL AS product
    FROM (
        SELECT closest.vector_store_id AS vector_store_id, closest.file_id AS file_id, closest.ordinal AS ordinal, closest.embedding <=> CAST(%(query)s AS halfvec(1536)) AS distance
        FROM (
            SELECT chunks.vector_store_id AS vector_store_id, chunks.file_id AS file_id, chunks.ordinal AS ordinal, chunks.embedding AS embedding
            FROM chunks
            WHERE chunks.vector_store_id = 1
            ORDER BY chunks.bits <~> (
                SELECT binary_quantize(CAST(%(query)s AS halfvec(1536))) AS binary_quantize_1)
            LIMIT 200) AS closest
        ORDER BY closest.embedding <=> CAST(%(query)s AS halfvec(1536)), closest.vector_store_id, closest.file_id DESC, closest.ordinal
        LIMIT 20) AS nearest
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
