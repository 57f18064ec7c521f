SELECT matching.vector_store_id, matching.file_id, matching.ordinal, NULL AS distance, matching.product
FROM (
    SELECT best.vector_store_id AS vector_store_id, best.file_id AS file_id, best.ordinal AS ordinal, best.product AS product
    FROM (
        SELECT chunk_lexemes.vector_store_id AS vector_store_id, chunk_lexemes.file_id AS file_id, chunk_lexemes.ordinal AS ordinal, chunk_lexemes.weights <#> CAST(%(weights)s AS sparsevec) AS product
        FROM chunk_lexemes
        WHERE chunk_lexemes.vector_store_id = 1
        AND (chunk_lexemes.lexemes && %(wanted)s::BIGINT[]
            OR (chunk_lexemes.lexemes @> %(several_0)s::BIGINT[])
            OR (chunk_lexemes.lexemes @> %(several_1)s::BIGINT[])
            OR (chunk_lexemes.lexemes @> %(several_2)s::BIGINT[]))
        ORDER BY chunk_lexemes.weights <#> CAST(%(weights)s AS sparsevec), chunk_lexemes.vector_store_id, chunk_lexemes.file_id DESC, chunk_lexemes.ordinal
        LIMIT 20) AS best
    WHERE best.product < %(product_1)s) AS matching
WHERE NOT (EXISTS (
        SELECT vector_stores.id
        FROM vector_stores
        WHERE vector_stores.id IN (1)
        AND vector_stores.project_id != %(project_id_1)s::VARCHAR));
