WITH found AS materialized (
    SELECT matching.vector_store_id AS vector_store_id, matching.file_id AS file_id, matching.ordinal AS ordinal, NULL AS distance, matching.product AS product
    FROM (
        SELECT best.vector_store_id AS vector_store_id, best.file_id AS file_id, best.ordinal AS ordinal, best.product AS product
        FROM (
            SELECT chunk_lexemes.vector_store_id AS vector_store_id, chunk_lexemes.file_id AS file_id, chunk_lexemes.ordinal AS ordinal, chunk_lexemes.weights <#> CAST(%(weights)s AS sparsevec) AS product
            FROM chunk_lexemes
            WHERE chunk_lexemes.vector_store_id = 1
            ORDER BY chunk_lexemes.weights <#> CAST(%(weights)s AS sparsevec), chunk_lexemes.vector_store_id, chunk_lexemes.file_id DESC, chunk_lexemes.ordinal
            LIMIT %(param_1)s::INTEGER) AS best
        WHERE best.product < %(product_1)s) AS matching
    WHERE NOT (EXISTS (
            SELECT vector_stores.id
            FROM vector_stores
            WHERE vector_stores.id IN (1)
            AND vector_stores.project_id != %(project_id_1)s::VARCHAR))) SELECT placed.vector_store_id, placed.file_id, placed.ordinal, placed.distance, placed.product, files.public_id, files.filename, CASE WHEN (placed.place <= %(texts)s) THEN chunks.content END AS anon_1, chunks.char_start, chunks.char_end, chunks.page, coalesce(chunks.page_end, chunks.page) AS coalesce_1, CASE WHEN (placed.place <= %(texts)s) THEN chunks.heading END AS anon_2, CASE WHEN (placed.place <= %(texts)s) THEN chunks.table_header END AS anon_3, CASE WHEN (placed.place <= %(texts)s) THEN vector_store_files.source END AS anon_4, CASE WHEN (placed.place <= %(texts)s) THEN vector_store_files.attributes END AS anon_5, CASE WHEN (placed.place <= %(texts)s) THEN vector_store_files.metadata END AS anon_6
FROM (
    SELECT found.vector_store_id AS vector_store_id, found.file_id AS file_id, found.ordinal AS ordinal, found.distance AS distance, found.product AS product, row_number() OVER (ORDER BY found.distance, found.product, found.vector_store_id, found.file_id DESC, found.ordinal) AS place
    FROM found) AS placed JOIN chunks ON chunks.vector_store_id = placed.vector_store_id
AND chunks.file_id = placed.file_id
AND chunks.ordinal = placed.ordinal JOIN vector_store_files ON vector_store_files.vector_store_id = placed.vector_store_id
AND vector_store_files.file_id = placed.file_id JOIN files ON files.id = placed.file_id
WHERE chunks.project_id = %(project_id_2)s::VARCHAR;
