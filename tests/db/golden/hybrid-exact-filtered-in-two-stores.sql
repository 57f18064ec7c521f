SELECT coalesce(nearest.vector_store_id, matching.vector_store_id) AS coalesce_1, coalesce(nearest.file_id, matching.file_id) AS coalesce_2, coalesce(nearest.ordinal, matching.ordinal) AS coalesce_3, CASE WHEN (nearest.distance IS NULL) THEN (
    SELECT chunks.embedding <=> CAST(%(query)s AS halfvec(1536)) AS anon_1
    FROM chunks
    WHERE chunks.vector_store_id = coalesce(nearest.vector_store_id, matching.vector_store_id)
    AND chunks.file_id = coalesce(nearest.file_id, matching.file_id)
    AND chunks.ordinal = coalesce(nearest.ordinal, matching.ordinal)) ELSE nearest.distance END AS distance, CASE WHEN (matching.product IS NULL) THEN (
    SELECT chunk_lexemes.weights <#> CAST(%(weights)s AS sparsevec) AS anon_2
    FROM chunk_lexemes
    WHERE chunk_lexemes.vector_store_id = coalesce(nearest.vector_store_id, matching.vector_store_id)
    AND chunk_lexemes.file_id = coalesce(nearest.file_id, matching.file_id)
    AND chunk_lexemes.ordinal = coalesce(nearest.ordinal, matching.ordinal)) ELSE matching.product END AS product
FROM (
    SELECT chunks.vector_store_id AS vector_store_id, chunks.file_id AS file_id, chunks.ordinal AS ordinal, chunks.embedding <=> CAST(%(query)s AS halfvec(1536)) AS distance
    FROM chunks
    WHERE chunks.vector_store_id = 1
    AND chunks.file_id = any(array((
                SELECT vector_store_files.file_id
                FROM vector_store_files
                WHERE vector_store_files.vector_store_id = 1
                AND (vector_store_files.attributes @> %(filter_0)s::JSONB))))
    OR chunks.vector_store_id = 2
    AND chunks.file_id = any(array((
                SELECT vector_store_files.file_id
                FROM vector_store_files
                WHERE vector_store_files.vector_store_id = 2
                AND (vector_store_files.attributes @> %(filter_0)s::JSONB))))
    ORDER BY chunks.embedding <=> CAST(%(query)s AS halfvec(1536)), chunks.vector_store_id, chunks.file_id DESC, chunks.ordinal
    LIMIT 20) AS nearest
FULL OUTER JOIN (
    SELECT best.vector_store_id AS vector_store_id, best.file_id AS file_id, best.ordinal AS ordinal, best.product AS product
    FROM (
        SELECT chunk_lexemes.vector_store_id AS vector_store_id, chunk_lexemes.file_id AS file_id, chunk_lexemes.ordinal AS ordinal, chunk_lexemes.weights <#> CAST(%(weights)s AS sparsevec) AS product
        FROM chunk_lexemes
        WHERE chunk_lexemes.vector_store_id = 1
        AND chunk_lexemes.file_id = any(array((
                    SELECT vector_store_files.file_id
                    FROM vector_store_files
                    WHERE vector_store_files.vector_store_id = 1
                    AND (vector_store_files.attributes @> %(filter_0)s::JSONB))))
        OR chunk_lexemes.vector_store_id = 2
        AND chunk_lexemes.file_id = any(array((
                    SELECT vector_store_files.file_id
                    FROM vector_store_files
                    WHERE vector_store_files.vector_store_id = 2
                    AND (vector_store_files.attributes @> %(filter_0)s::JSONB))))
        ORDER BY chunk_lexemes.weights <#> CAST(%(weights)s AS sparsevec), chunk_lexemes.vector_store_id, chunk_lexemes.file_id DESC, chunk_lexemes.ordinal
        LIMIT 20) AS best
    WHERE best.product < %(product_1)s) AS matching ON nearest.vector_store_id = matching.vector_store_id
AND nearest.file_id = matching.file_id
AND nearest.ordinal = matching.ordinal
WHERE NOT (EXISTS (
        SELECT vector_stores.id
        FROM vector_stores
        WHERE vector_stores.id IN (1, 2)
        AND vector_stores.project_id != %(project_id_1)s::VARCHAR));
