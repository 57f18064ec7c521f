SELECT nearest.vector_store_id, nearest.file_id, nearest.ordinal, nearest.distance, NULL AS product
FROM (
    SELECT closest.vector_store_id AS vector_store_id, closest.file_id AS file_id, closest.ordinal AS ordinal, closest.embedding <=> CAST(%(query)s AS halfvec(1536)) AS distance
    FROM (
        SELECT chunks.vector_store_id AS vector_store_id, chunks.file_id AS file_id, chunks.ordinal AS ordinal, chunks.embedding AS embedding
        FROM chunks
        WHERE chunks.vector_store_id = 1
        ORDER BY CAST(chunks.bits AS bit(1536)) <~> (
            SELECT CAST(binary_quantize(CAST(%(query)s AS halfvec(1536))) AS bit(1536)) AS binary_quantize_1)
        LIMIT 200) AS closest
    ORDER BY closest.embedding <=> CAST(%(query)s AS halfvec(1536)), closest.vector_store_id, closest.file_id DESC, closest.ordinal
    LIMIT 20) AS nearest
WHERE NOT (EXISTS (
        SELECT vector_stores.id
        FROM vector_stores
        WHERE vector_stores.id IN (1)
        AND vector_stores.project_id != %(project_id_1)s::VARCHAR));
