using System.Text.Json;

namespace MGLMM.Masks;

/// <summary>
/// Writes COCO's documents (cocodataset.org, "Data format") piece by piece, so that no whole file need be in memory: the one place that knows how an image, a
/// category, an annotation and a mask are written. The sections of a document (<c>images</c>, <c>categories</c>, <c>annotations</c>) come in any order.
/// </summary>
/// <remarks>
/// The writer of JSON stays the caller's. Every entry takes what is to stand behind its own fields: COCO's readers skip fields that they
/// do not know, and no two of our files have the same ones.
/// </remarks>
/// <param name="json">Where to write, inside the document's object.</param>
public sealed class CocoWriter(Utf8JsonWriter json)
{
    /// <summary>The writer below.</summary>
    public Utf8JsonWriter Json { get; } = json ?? throw new ArgumentNullException(nameof(json));

    /// <summary><c>info</c> and an empty <c>licenses</c>. pycocotools' loadRes copies <c>info</c>, so it has to be there.</summary>
    /// <param name="description">What the file holds.</param>
    /// <param name="more">Writes further fields of <c>info</c>; null for none.</param>
    public void WriteHead(string description, Action<Utf8JsonWriter>? more = null)
    {
        Json.WriteStartObject("info");
        Json.WriteString("description", description);
        more?.Invoke(Json);
        Json.WriteEndObject();
        Json.WriteStartArray("licenses");
        Json.WriteEndArray();
    }

    /// <summary>One entry of <c>images</c>.</summary>
    /// <param name="id">The image's id.</param>
    /// <param name="fileName">Its file.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="more">Writes further fields; null for none.</param>
    public void WriteImage(long id, string fileName, int width, int height, Action<Utf8JsonWriter>? more = null)
    {
        Json.WriteStartObject();
        Json.WriteNumber("id", id);
        Json.WriteString("file_name", fileName);
        Json.WriteNumber("width", width);
        Json.WriteNumber("height", height);
        more?.Invoke(Json);
        Json.WriteEndObject();
    }

    /// <summary>One entry of <c>categories</c>.</summary>
    /// <param name="id">The category's id.</param>
    /// <param name="name">Its name.</param>
    /// <param name="supercategory">What it belongs to.</param>
    /// <param name="more">Writes further fields; null for none.</param>
    public void WriteCategory(int id, string name, string supercategory, Action<Utf8JsonWriter>? more = null)
    {
        Json.WriteStartObject();
        Json.WriteNumber("id", id);
        Json.WriteString("name", name);
        Json.WriteString("supercategory", supercategory);
        more?.Invoke(Json);
        Json.WriteEndObject();
    }

    /// <summary>One entry of <c>annotations</c>, or of the array that pycocotools' loadRes reads.</summary>
    /// <param name="annotation">Its fields.</param>
    /// <param name="more">Writes further fields; null for none.</param>
    public void WriteAnnotation(CocoAnnotation annotation, Action<Utf8JsonWriter>? more = null)
    {
        ArgumentNullException.ThrowIfNull(annotation);
        Json.WriteStartObject();
        if (annotation.Id is { } id)
        {
            Json.WriteNumber("id", id);
        }

        Json.WriteNumber("image_id", annotation.ImageId);
        Json.WriteNumber("category_id", annotation.CategoryId);
        Json.WritePropertyName("segmentation");
        if (annotation.Polygons is { } polygons)
        {
            WritePolygons(polygons);
        }
        else
        {
            WriteRunLengths(annotation.Mask);
        }

        if (annotation.Score is { } score)
        {
            Json.WriteNumber("score", score);
        }
        else
        {
            WriteExtent(annotation.Mask.Area, annotation.Mask.Box, annotation.IsCrowd);
        }

        more?.Invoke(Json);
        Json.WriteEndObject();
    }

    /// <summary><c>area</c>, <c>bbox</c> (left, top, width, height) and <c>iscrowd</c>, which annotations and panoptic segments have in common.</summary>
    /// <param name="area">Pixels.</param>
    /// <param name="box">What they lie in.</param>
    /// <param name="isCrowd">Whether this is a crowd, which evaluation ignores.</param>
    public void WriteExtent(long area, PixelBox box, bool isCrowd = false)
    {
        Json.WriteNumber("area", area);
        Json.WriteStartArray("bbox");
        Json.WriteNumberValue(box.Left);
        Json.WriteNumberValue(box.Top);
        Json.WriteNumberValue(box.Width);
        Json.WriteNumberValue(box.Height);
        Json.WriteEndArray();
        Json.WriteNumber("iscrowd", isCrowd ? 1 : 0);
    }

    /// <summary>A mask as a value: <c>{"size": [height, width], "counts": "..."}</c>, compressed run lengths.</summary>
    /// <param name="mask">The mask.</param>
    public void WriteRunLengths(Mask mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        Json.WriteStartObject();
        Json.WriteStartArray("size");
        Json.WriteNumberValue(mask.Height);
        Json.WriteNumberValue(mask.Width);
        Json.WriteEndArray();
        Json.WriteString("counts", CocoRle.Encode(mask));
        Json.WriteEndObject();
    }

    /// <summary>Outer rings as a value: <c>[[x, y, x, y, ...], ...]</c>. COCO's polygons have no holes.</summary>
    /// <param name="polygons">The polygons; their holes are left out.</param>
    public void WritePolygons(IReadOnlyList<MaskPolygon> polygons)
    {
        ArgumentNullException.ThrowIfNull(polygons);
        Json.WriteStartArray();
        foreach (MaskPolygon polygon in polygons)
        {
            Json.WriteStartArray();
            foreach (MaskPoint point in polygon.Outer)
            {
                Json.WriteNumberValue(point.X);
                Json.WriteNumberValue(point.Y);
            }

            Json.WriteEndArray();
        }

        Json.WriteEndArray();
    }
}
