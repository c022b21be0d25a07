using System.Text.Json;
using MGLMM.Data.Export;
using MGLMM.Data.Import;
using MGLMM.Data.Input;

namespace MGLMM.Data.Coco;

/// <summary>
/// A COCO file, indexed in one pass: pictures and categories in memory, annotations by where they stand, so that a file of any size takes some
/// 40 bytes of memory an annotation. Not thread-safe.
/// </summary>
internal sealed class CocoFile : IDisposable
{
    private const string AnnotationsProperty = "annotations";
    private const int LargestSide = 1 << 16;

    private readonly JsonFile _file;
    private readonly List<Entry> _annotations = [];
    private readonly Dictionary<long, (int First, int Last)> _ofImage = [];
    private readonly Dictionary<long, int> _byId = [];
    private readonly List<CocoImage> _images = [];
    private readonly Dictionary<long, CocoImage> _imageById = [];
    private readonly Dictionary<long, CocoCategory> _categories = [];

    private CocoFile(JsonFile file) => _file = file;

    /// <summary>The file.</summary>
    public string FilePath => _file.FilePath;

    /// <summary>The pictures, in the file's order.</summary>
    public IReadOnlyList<CocoImage> Images => _images;

    /// <summary>The categories, by id.</summary>
    public IReadOnlyDictionary<long, CocoCategory> Categories => _categories;

    /// <summary>Of an exported file: where names of pictures begin, relative to the data set's folder.</summary>
    public string Pictures { get; private set; } = ".";

    /// <summary>How many annotations there are.</summary>
    public int AnnotationCount => _annotations.Count;

    /// <summary>Opens and indexes a file; the scope closes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="scope">Told of progress.</param>
    /// <param name="keepCaptions">Whether pictures carry captions that are wanted.</param>
    /// <param name="needsSizes">Whether pictures have to say their size.</param>
    /// <param name="cancellationToken">Observed at every buffer.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or an id is there twice.</exception>
    public static CocoFile Open(string path, ImportScope scope, bool keepCaptions = false, bool needsSizes = true, CancellationToken cancellationToken = default)
    {
        CocoFile coco = scope.Own(new CocoFile(JsonFile.Open(path)));
        (bool hasImages, bool hasAnnotations) = (false, false);
        coco._file.Walk(
            value =>
            {
                switch (value.Property)
                {
                    case "images" when value.Index >= 0:
                        coco.AddImage(value, keepCaptions, needsSizes);
                        hasImages = true;
                        break;
                    case AnnotationsProperty when value.Index >= 0:
                        coco.AddAnnotation(value);
                        hasAnnotations = true;
                        break;
                    case "info" when value.Index < 0:
                        coco.AddInfo(value);
                        break;
                    case "categories" when value.Index >= 0:
                        coco.AddCategory(value);
                        break;
                }
            },
            scope.Reading(path),
            cancellationToken);
        if (!hasImages)
        {
            throw Fault.At(path, null, $"it is no COCO file: it has no list of images{(hasAnnotations ? string.Empty : " and none of annotations")}.");
        }

        return coco;
    }

    /// <summary>The picture with an id.</summary>
    public CocoImage? Image(long id) => _imageById.GetValueOrDefault(id);

    /// <summary>The annotations of a picture, by their number, in the file's order.</summary>
    public IEnumerable<int> AnnotationsOf(long image)
    {
        if (_ofImage.TryGetValue(image, out (int First, int Last) chain))
        {
            for (int number = chain.First; number >= 0; number = _annotations[number].Next)
            {
                yield return number;
            }
        }
    }

    /// <summary>The number of the annotation with an id; null where there is none.</summary>
    public int? AnnotationWithId(long id) => _byId.TryGetValue(id, out int number) ? number : null;

    /// <summary>Tells of annotations whose picture the file does not list.</summary>
    /// <param name="entry">What they are, such as "a caption".</param>
    /// <param name="log">Who is told.</param>
    public void LeaveOutUnlisted(string entry, ImportLog log)
    {
        foreach (long image in _ofImage.Keys.Where(id => !_imageById.ContainsKey(id)))
        {
            log.LeaveOut($"{entry} is about a picture that the file does not list", $"picture {image}");
        }
    }

    /// <summary>Reads an annotation; the caller disposes it.</summary>
    public JsonFileElement Annotation(int number) =>
        _file.Read(AnnotationsProperty, number, _annotations[number].Offset, _annotations[number].Length);

    /// <summary>The name of a category that an annotation names.</summary>
    public CocoCategory Category(JsonPlace annotation)
    {
        JsonPlace id = annotation["category_id"];
        return _categories.GetValueOrDefault(id.Integer()) ?? throw id.Says($"there is no category {id.Integer()}.");
    }

    public void Dispose() => _file.Dispose();

    private void AddInfo(JsonFileValue value)
    {
        using JsonFileElement parsed = JsonFile.Parse(FilePath, value.Property, value.Index, value.Json.ToArray());
        Pictures = parsed.Value is { IsObject: true } info && info.Find(CocoExport.PicturesField) is { } pictures ? pictures.Text() : Pictures;
    }

    private void AddImage(JsonFileValue value, bool keepCaptions, bool needsSizes)
    {
        using JsonFileElement parsed = JsonFile.Parse(FilePath, value.Property, value.Index, value.Json.ToArray());
        JsonPlace image = parsed.Value;
        long id = image["id"].Integer();
        string? exported = image.Find(ExportedSample.Field) is { IsObject: true } field ? field.Raw() : null;
        CocoImage added = new(
            id,
            exported is not null ? image["file_name"].Text() : image.Find("file_name") is null && image.Find("coco_url") is { } url ? url.Text().Split('/')[^1] : PictureName.Of(image["file_name"]),
            needsSizes ? image["width"].Integer(1, LargestSide) : image.Find("width")?.Integer(1, LargestSide) ?? 0,
            needsSizes ? image["height"].Integer(1, LargestSide) : image.Find("height")?.Integer(1, LargestSide) ?? 0,
            keepCaptions ? image.Find("caption")?.Text() : null,
            exported);
        if (!_imageById.TryAdd(id, added))
        {
            throw image.Says($"the id {id} is another picture's too.");
        }

        _images.Add(added);
    }

    private void AddCategory(JsonFileValue value)
    {
        using JsonFileElement parsed = JsonFile.Parse(FilePath, value.Property, value.Index, value.Json.ToArray());
        JsonPlace category = parsed.Value;
        long id = category["id"].Integer();
        if (!_categories.TryAdd(id, new CocoCategory(id, category["name"].Text(), category.Find("isthing")?.Truth() ?? true)))
        {
            throw category.Says($"the id {id} is another category's too.");
        }
    }

    /// <summary>Takes an annotation's ids without making anything of the rest: files hold a million of them.</summary>
    private void AddAnnotation(JsonFileValue value)
    {
        (long? id, long? image) = (default(long?), default(long?));
        Utf8JsonReader reader = new(value.Json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Fault.At(FilePath, JsonFile.Place(value.Property, value.Index), "it is no object.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            (bool isId, bool isImage) = (reader.ValueTextEquals("id"u8), reader.ValueTextEquals("image_id"u8));
            reader.Read();
            if ((isId || isImage) && reader.TokenType == JsonTokenType.Number && Whole(ref reader) is { } number)
            {
                id = isId ? number : id;
                image = isImage ? number : image;
            }
            else if (isId || isImage)
            {
                throw Fault.At(FilePath, $"{JsonFile.Place(value.Property, value.Index)}.{(isId ? "id" : "image_id")}", "it is no whole number.");
            }
            else
            {
                reader.Skip();
            }
        }

        if (image is not { } owner)
        {
            throw Fault.At(FilePath, JsonFile.Place(value.Property, value.Index), "it has no 'image_id'.");
        }

        int index = _annotations.Count;
        _annotations.Add(new Entry(value.Offset, value.Json.Length, -1));
        if (_ofImage.TryGetValue(owner, out (int First, int Last) chain))
        {
            _annotations[chain.Last] = _annotations[chain.Last] with { Next = index };
            _ofImage[owner] = (chain.First, index);
        }
        else
        {
            _ofImage.Add(owner, (index, index));
        }

        // Panoptic annotations belong to pictures and have no id of their own.
        if (id is { } known && !_byId.TryAdd(known, index))
        {
            throw Fault.At(FilePath, JsonFile.Place(value.Property, value.Index), $"the id {known} is another annotation's too.");
        }
    }

    private static long? Whole(ref Utf8JsonReader reader) =>
        reader.TryGetInt64(out long number) ? number : reader.TryGetDouble(out double value) && JsonPlace.IsWhole(value) ? (long)value : null;

    private readonly record struct Entry(long Offset, int Length, int Next);
}
