SELECT nearest.vector_store_id, nearest.file_id, nearest.ordinal, nearest.distance, NULL AS product
FROM (
    SELECT chunks.vector_store_id AS vector_store_id, chunks.file_id AS file_id, chunks.ordinal AS ordinal, chunks.embedding <=> CAST(%(query)s AS halfvec(1536)) AS distance
    FROM chunks
    WHERE chunks.vector_store_id = 1
    ORDER BY chunks.embedding <=> CAST(%(query)s AS halfvec(1536)), chunks.vector_store_id, chunks.file_id DESC, chunks.ordinal
    LIMIT 20) AS nearest
WHERE NOT (EXISTS (
        SELECT vector_stores.id
        FROM vector_stores
        WHERE vector_stores.id IN (1)
        AND vector_stores.project_id != %(project_id_1)s::VARCHAR));
