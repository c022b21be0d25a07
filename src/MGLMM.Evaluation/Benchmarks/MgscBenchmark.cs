using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using MGLMM.Data.Export;
using MGLMM.Data.SegCap;
using MGLMM.Evaluation.Drawing;
using MGLMM.Imaging;

namespace MGLMM.Evaluation.Benchmarks;

/// <summary>
/// An MGSC-shaped benchmark of drawn scenes with exact truth: a question about each whole picture (root) and about things in it by their parts (subtree),
/// with the masks that the answer is to have. It is drawn on demand; the same options give the same bytes. Its seeds, and the way scenes are
/// composed from them, are its own: no picture of it is one that the embedded model was trained or tested on.
/// </summary>
public static class MgscBenchmark
{
    /// <summary>The questions, in SegCap's format.</summary>
    public const string FileName = "segcap.jsonl";

    /// <summary>Pictures of the whole benchmark.</summary>
    public const int DefaultPictures = 10_000;

    /// <summary>Its version: numbers of different versions do not compare.</summary>
    public const int Version = 1;

    private const string InfoName = "benchmark.json";
    private const string PicturesFolder = "images";
    private const string Dataset = "drawn-mgsc";
    private const int LongSide = 320;
    private const int LeastParts = 2;
    private const int MostSubtrees = 5;

    /// <summary>Far from the seeds of the scenes that models are trained on, which are drawn by another generator besides.</summary>
    private const ulong FirstSeed = 0x4D47_5343_0000_0000;

    private const string Suffix = " Please respond with interleaved segmentation masks for the corresponding parts of the answer.";

    /// <summary>The question about a picture, as MGSC words it.</summary>
    public const string RootQuestion = "Please provide a detailed description of all the objects present in this image in a comprehensive format." + Suffix;

    /// <summary>Draws the benchmark. Pictures that are there already are kept, so that a run that was stopped goes on.</summary>
    /// <param name="folder">Where to; made if it is not there.</param>
    /// <param name="pictures">How many pictures; the first ones of the whole benchmark.</param>
    /// <param name="progress">Told how many pictures are done, one call at a time.</param>
    /// <param name="cancellationToken">Observed at every picture.</param>
    /// <exception cref="InvalidDataException">The folder holds a benchmark of another version or size.</exception>
    public static async Task<MgscBenchmarkInfo> MakeAsync(string folder, int pictures = DefaultPictures, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (pictures < 1)
        {
            throw new ArgumentException($"The number of pictures is {pictures}; it must be at least 1.");
        }

        string infoPath = Path.Combine(folder, InfoName);
        if (File.Exists(infoPath))
        {
            MgscBenchmarkInfo there = Info(folder);
            return there.Version == Version && there.Pictures == pictures
                ? there
                : throw new InvalidDataException($"'{folder}' holds version {there.Version} of the benchmark with {there.Pictures} pictures. Give another folder, or delete it.");
        }

        Directory.CreateDirectory(Path.Combine(folder, PicturesFolder));
        string file = Path.Combine(folder, FileName);
        (long roots, long subtrees, long masks, int done) = (0, 0, 0, 0);
        await using (FileStream output = File.Create(file + ".part"))
        {
            // Drawn on all cores, written in order.
            int width = Math.Max(1, Environment.ProcessorCount);
            for (int start = 0; start < pictures; start += width)
            {
                cancellationToken.ThrowIfCancellationRequested();
                IReadOnlyList<SegCapSample>[] drawn = await Task.WhenAll(Enumerable.Range(start, Math.Min(width, pictures - start)).Select(index => Task.Run(() => Draw(folder, index), cancellationToken))).ConfigureAwait(false);
                foreach (IReadOnlyList<SegCapSample> samples in drawn)
                {
                    foreach (SegCapSample sample in samples)
                    {
                        await output.WriteAsync(SegCapWriter.ToUtf8(sample), cancellationToken).ConfigureAwait(false);
                        output.WriteByte((byte)'\n');
                        (roots, subtrees, masks) = (roots + (sample.Granularity == "panoptic" ? 1 : 0), subtrees + (sample.Granularity == "part" ? 1 : 0), masks + sample.Masks.Count);
                    }

                    progress?.Report(++done);
                }
            }
        }

        File.Move(file + ".part", file, overwrite: true);
        SegCapExporter.Run(file, ExportFormat.Mgsc, Path.Combine(folder, "mgsc"), cancellationToken);
        MgscBenchmarkInfo info = new(Version, pictures, roots, subtrees, masks);
        await File.WriteAllBytesAsync(infoPath, JsonSerializer.SerializeToUtf8Bytes(info, BenchmarkJson.Default.MgscBenchmarkInfo), cancellationToken).ConfigureAwait(false);
        return info;
    }

    /// <summary>What a folder holds.</summary>
    /// <exception cref="FileNotFoundException">It holds no benchmark; the message says how to make it.</exception>
    /// <exception cref="InvalidDataException">What says so is damaged.</exception>
    public static MgscBenchmarkInfo Info(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string path = Path.Combine(folder, InfoName);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"'{folder}' holds no benchmark; 'mglmm benchmark mgsc --make {folder}' draws it.");
        }

        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), BenchmarkJson.Default.MgscBenchmarkInfo) ?? throw new JsonException("it holds null.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"'{path}' is damaged: {exception.Message}", exception);
        }
    }

    /// <summary>
    /// How a model is asked: in its own wording for the task, which it was trained to hear; a model that has none is asked as MGSC words it.
    /// </summary>
    /// <param name="card">The model's card.</param>
    public static Func<SegCapSample, string> WordingOf(ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(card);
        InstructionTemplates instructions = card.Instructions;
        return sample => sample.Wording is { } task && instructions.Supports(task) ? instructions.Fill(task, sample.Expression) : sample.Instruction;
    }

    private static List<SegCapSample> Draw(string folder, int index)
    {
        DrawnScene scene = DrawnScene.Draw(FirstSeed + (ulong)index, LongSide);
        string id = string.Create(CultureInfo.InvariantCulture, $"{index:D6}");
        string image = $"{PicturesFolder}/{id}.png";
        string path = Path.Combine(folder, image);
        if (!File.Exists(path))
        {
            File.WriteAllBytes(path + ".part", PngWriter.Encode(scene.Picture));
            File.Move(path + ".part", path, overwrite: true);
        }

        (string answer, IReadOnlyList<SeenThing> order) = SceneWords.Panoptic(scene);
        SegCapSample root = new()
        {
            Id = id,
            Image = image,
            Width = scene.Picture.Width,
            Height = scene.Picture.Height,
            Task = "panoptic",
            Granularity = "panoptic",
            Wording = "segment_and_caption.panoptic",
            Instruction = RootQuestion,
            Answer = answer,
            Masks = [.. order.Select(seen => RunLengths.Of(seen.Mask))],
            Labels = [.. order.Select(seen => seen.Thing.Kind)],
            Source = Source($"{id}_0", "root"),
        };
        List<SegCapSample> samples = [root];
        foreach (SeenThing seen in scene.Seen.Where(seen => seen.Parts.Count >= LeastParts && scene.Seen.Count(other => SceneWords.Name(other.Thing) == SceneWords.Name(seen.Thing)) == 1).Take(MostSubtrees))
        {
            string name = SceneWords.Definite(seen.Thing);
            samples.Add(root with
            {
                Id = $"{id}-{samples.Count}",
                Task = "part",
                Granularity = "part",
                Wording = "segment_and_caption.part",
                Instruction = $"Can you provide a detailed description in a comprehensive format for {name} in the image.{Suffix}",
                Expression = name,
                Answer = SceneWords.Parts(seen),
                Masks = [.. seen.Parts.Select(part => RunLengths.Of(part.Mask))],
                Labels = [.. seen.Parts.Select(part => part.Name)],
                Parents = [.. seen.Parts.Select(_ => seen.Thing.Kind)],
                Source = Source($"{id}_{samples.Count}", "subtree:" + name),
            });
        }

        return samples;
    }

    /// <summary>Ids in the shape of the official evaluation's, by which it orders pictures.</summary>
    private static SegCapSource Source(string image, string label) => new()
    {
        Dataset = Dataset,
        Split = "test",
        Ids = new Dictionary<string, JsonElement>(StringComparer.Ordinal)
        {
            ["image_id"] = JsonSerializer.SerializeToElement(image, BenchmarkJson.Default.String),
            ["label"] = JsonSerializer.SerializeToElement(label, BenchmarkJson.Default.String),
        },
    };
}

/// <summary>What a benchmark holds.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Pictures">Pictures.</param>
/// <param name="Roots">Questions about whole pictures.</param>
/// <param name="Subtrees">Questions about things.</param>
/// <param name="Masks">Masks that are to be found.</param>
public sealed record MgscBenchmarkInfo(int Version, int Pictures, long Roots, long Subtrees, long Masks);

/// <summary>Source-generated JSON of benchmarks.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(MgscBenchmarkInfo))]
[JsonSerializable(typeof(string))]
internal sealed partial class BenchmarkJson : JsonSerializerContext;
