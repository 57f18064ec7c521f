WITH found AS materialized (
    SELECT coalesce(nearest.vector_store_id, matching.vector_store_id) AS coalesce_1, coalesce(nearest.file_id, matching.file_id) AS coalesce_2, coalesce(nearest.ordinal, matching.ordinal) AS coalesce_3, CASE WHEN (nearest.distance IS NULL) THEN (
        SELECT chunks.embedding <=> CAST(%(query)s AS halfvec(1536)) AS anon_2
        FROM chunks
        WHERE chunks.vector_store_id = coalesce(nearest.vector_store_id, matching.vector_store_id)
        AND chunks.file_id = coalesce(nearest.file_id, matching.file_id)
        AND chunks.ordinal = coalesce(nearest.ordinal, matching.ordinal)) ELSE nearest.distance END AS distance, CASE WHEN (matching.product IS NULL) THEN (
        SELECT chunk_lexemes.weights <#> CAST(%(weights)s AS sparsevec) AS anon_3
        FROM chunk_lexemes
        WHERE chunk_lexemes.vector_store_id = coalesce(nearest.vector_store_id, matching.vector_store_id)
        AND chunk_lexemes.file_id = coalesce(nearest.file_id, matching.file_id)
        AND chunk_lexemes.ordinal = coalesce(nearest.ordinal, matching.ordinal)) ELSE matching.product END AS product
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
    FULL OUTER JOIN (
        SELECT best.vector_store_id AS vector_store_id, best.file_id AS file_id, best.ordinal AS ordinal, best.product AS product
        FROM (
            SELECT chunk_lexemes.vector_store_id AS vector_store_id, chunk_lexemes.file_id AS file_id, chunk_lexemes.ordinal AS ordinal, chunk_lexemes.weights <#> CAST(%(weights)s AS sparsevec) AS product
            FROM chunk_lexemes
            WHERE chunk_lexemes.vector_store_id = 1
            ORDER BY chunk_lexemes.weights <#> CAST(%(weights)s AS sparsevec), chunk_lexemes.vector_store_id, chunk_lexemes.file_id DESC, chunk_lexemes.ordinal
            LIMIT 20) AS best
        WHERE best.product < %(product_1)s) AS matching ON nearest.vector_store_id = matching.vector_store_id
    AND nearest.file_id = matching.file_id
    AND nearest.ordinal = matching.ordinal
    WHERE NOT (EXISTS (
            SELECT vector_stores.id
            FROM vector_stores
            WHERE vector_stores.id IN (1)
            AND vector_stores.project_id != %(project_id_1)s::VARCHAR))), placed AS (
    SELECT spreads.coalesce_1 AS coalesce_1, spreads.coalesce_2 AS coalesce_2, spreads.coalesce_3 AS coalesce_3, spreads.distance AS distance, spreads.product AS product, row_number() OVER (ORDER BY coalesce((CAST(%(lexical_weight)s AS DOUBLE PRECISION) * coalesce(spreads.product, %(coalesce_4)s)) / CAST(nullif(spreads.of_product, %(nullif_1)s) AS DOUBLE PRECISION), %(coalesce_5)s) + coalesce(((%(param_1)s::INTEGER - CAST(%(lexical_weight)s AS DOUBLE PRECISION)) * spreads.distance) / CAST(nullif(spreads.of_distance, %(nullif_2)s) AS DOUBLE PRECISION), %(coalesce_6)s), spreads.coalesce_1, spreads.coalesce_2 DESC, spreads.coalesce_3) AS place
    FROM (
        SELECT found.coalesce_1 AS coalesce_1, found.coalesce_2 AS coalesce_2, found.coalesce_3 AS coalesce_3, found.distance AS distance, found.product AS product, max(found.distance) OVER () - min(found.distance) OVER () AS of_distance, max(coalesce(found.product, %(coalesce_7)s)) OVER () - min(coalesce(found.product, %(coalesce_7)s)) OVER () AS of_product
        FROM found) AS spreads) SELECT wanted.coalesce_1, wanted.coalesce_2, wanted.coalesce_3, wanted.distance, wanted.product, wanted.place, of_one.public_id, of_one.filename, of_one.content, of_one.char_start, of_one.char_end, of_one.page, of_one.page_end, of_one.heading, of_one.table_header, of_one.source, of_one.attributes, of_one.notes, NULL AS anon_1, NULL AS anon__1
FROM (
    SELECT placed.coalesce_1 AS coalesce_1, placed.coalesce_2 AS coalesce_2, placed.coalesce_3 AS coalesce_3, placed.distance AS distance, placed.product AS product, placed.place AS place
    FROM placed
    WHERE placed.place <= %(named)s UNION ALL SELECT placed.coalesce_1 AS coalesce_1, placed.coalesce_2 AS coalesce_2, placed.coalesce_3 + steps.step AS anon_4, NULL AS anon_1, NULL AS anon__1, NULL AS anon__2
    FROM placed JOIN (VALUES (%(param_2)s::INTEGER), (%(param_3)s::INTEGER)) AS steps (step) ON true
    WHERE placed.place <= %(beside)s) AS wanted JOIN LATERAL (
    SELECT files.public_id AS public_id, files.filename AS filename, CASE WHEN (coalesce(wanted.place, %(coalesce_8)s::INTEGER) <= %(texts)s::INTEGER) THEN chunks.content END AS content, chunks.char_start AS char_start, chunks.char_end AS char_end, chunks.page AS page, coalesce(chunks.page_end, chunks.page) AS page_end, CASE WHEN (coalesce(wanted.place, %(coalesce_8)s::INTEGER) <= %(texts)s::INTEGER) THEN chunks.heading END AS heading, CASE WHEN (coalesce(wanted.place, %(coalesce_8)s::INTEGER) <= %(texts)s::INTEGER) THEN chunks.table_header END AS table_header, CASE WHEN (coalesce(wanted.place, %(coalesce_8)s::INTEGER) <= %(texts)s::INTEGER) THEN vector_store_files.source END AS source, CASE WHEN (coalesce(wanted.place, %(coalesce_8)s::INTEGER) <= %(texts)s::INTEGER) THEN vector_store_files.attributes END AS attributes, CASE WHEN (coalesce(wanted.place, %(coalesce_8)s::INTEGER) <= %(texts)s::INTEGER) THEN vector_store_files.metadata END AS notes
    FROM chunks JOIN vector_store_files ON vector_store_files.vector_store_id = wanted.coalesce_1
    AND vector_store_files.file_id = wanted.coalesce_2 JOIN files ON files.id = wanted.coalesce_2
    WHERE chunks.vector_store_id = wanted.coalesce_1
    AND chunks.file_id = wanted.coalesce_2
    AND chunks.ordinal = wanted.coalesce_3
    AND chunks.project_id = %(project_id_2)s::VARCHAR
    LIMIT 1) AS of_one ON true UNION ALL SELECT NULL AS anon_1, NULL AS anon__1, NULL AS anon__2, NULL AS anon__3, NULL AS anon__4, NULL AS anon__5, NULL AS anon__6, NULL AS anon__7, NULL AS anon__8, NULL AS anon__9, NULL AS anon__10, NULL AS anon__11, NULL AS anon__12, NULL AS anon__13, NULL AS anon__14, NULL AS anon__15, NULL AS anon__16, NULL AS anon__17, array_agg(placed.distance) AS array_agg_1, array_agg(placed.product) AS array_agg_2
FROM placed
WHERE placed.place > %(named)s
ORDER BY place;
