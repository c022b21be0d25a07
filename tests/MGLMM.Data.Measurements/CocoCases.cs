using System.Globalization;
using System.Text.Json;
using MGLMM.Data.SegCap;
using MGLMM.Evaluation;
using MGLMM.Evaluation.Metrics;
using MGLMM.Evaluation.Reports;
using MGLMM.Imaging;
using MGLMM.Masks;

namespace MGLMM.Data.Measurements;

/// <summary>
/// Truths and answers by chance that are hard on an evaluation, with what we print of them and the files for COCO's own programs, which
/// <c>coco.py</c> runs: masks with equal overlaps, at IoU .5 exactly, twice, empty, far too many, answers without any, pictures without any truth, ids whose order
/// as texts is another than as numbers; panoptic pictures with void and crowds.
/// </summary>
internal static class CocoCases
{
    private const int Width = 24;
    private const int Height = 16;

    private static readonly string[] Labels = ["cat", "dog", "tree", "wall"];

    /// <summary>Writes cases: <c>000</c>, <c>001</c>, ... below a folder.</summary>
    public static async Task WriteAsync(string folder, int count, CancellationToken cancellationToken)
    {
        for (int seed = 0; seed < count; seed++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Random random = new(seed);
            string own = Path.Combine(folder, seed.ToString("D3", CultureInfo.InvariantCulture));
            Directory.CreateDirectory(own);
            File.WriteAllBytes(Path.Combine(own, "picture.png"), PngWriter.Encode(RgbImage.FromPixels(new byte[Width * Height * RgbImage.Channels], Width, Height)));
            Said model = new();
            List<SegCapSample> samples = new();
            int[] ids = [.. Enumerable.Range(1, 3000)];
            random.Shuffle(ids);
            bool panoptic = seed % 2 == 1;
            for (int number = random.Next(6, 24); number > 0; number--)
            {
                samples.Add(panoptic ? Panoptic(random, ids[number], model) : Grounded(random, ids[number], model));
            }

            string file = Path.Combine(own, "segcap.jsonl");
            await File.WriteAllBytesAsync(file, [.. samples.SelectMany(sample => (byte[])[.. SegCapWriter.ToUtf8(sample), (byte)'\n'])], cancellationToken);
            foreach (EvaluationProtocol protocol in (EvaluationProtocol[])[EvaluationProtocol.Own, EvaluationProtocol.Mglmm, EvaluationProtocol.Coco])
            {
                string name = protocol.ToString().ToLowerInvariant();
                EvaluationResult result = await Evaluator.RunAsync(model, file, new EvaluationOptions { Protocol = protocol, Coco = Path.Combine(own, name) }, cancellationToken: cancellationToken);
                await File.WriteAllTextAsync(Path.Combine(own, name + ".json"), EvaluationJson.Write(result), cancellationToken);
            }
        }
    }

    /// <summary>Any masks, in any order, over one another.</summary>
    private static SegCapSample Grounded(Random random, int id, Said model)
    {
        PixelBox[] truth = [.. Enumerable.Range(0, random.Next(8) == 0 ? 0 : random.Next(1, 6)).Select(_ => Box(random))];
        List<Mask> said = new();
        foreach (PixelBox box in truth.Where(_ => random.Next(10) > 1))
        {
            said.Add(Rectangle(random.Next(4) switch
            {
                0 => box,
                1 when box.Width % 2 == 0 => box with { Right = box.Left + (box.Width / 2) },
                2 => box with { Right = box.Right + random.Next(0, 3), Bottom = box.Bottom - random.Next(0, 2) },
                _ => new PixelBox(box.Left + random.Next(-1, 2), box.Top + random.Next(-1, 2), box.Right + random.Next(-1, 2), box.Bottom + random.Next(-1, 2)),
            }));
            if (random.Next(4) == 0)
            {
                said.Add(said[^1]);
            }
        }

        for (int spurious = random.Next(3); spurious > 0; spurious--)
        {
            said.Add(random.Next(6) == 0 ? Mask.Empty(Width, Height) : Rectangle(Box(random)));
        }

        if (random.Next(12) == 0)
        {
            // COCO looks at a hundred of a picture; the right ones come last here.
            said.InsertRange(0, Enumerable.Range(0, 99).Select(_ => Rectangle(Box(random))));
        }

        Mask[] order = [.. said];
        if (random.Next(2) == 0)
        {
            random.Shuffle(order);
        }

        return Sample(model, id, truth.Length == 0 ? "reason" : random.Next(2) == 0 ? "reason" : "refer_many", [.. truth.Select(box => (Rectangle(box), Labels[random.Next(Labels.Length)]))], [.. (random.Next(10) == 0 ? [] : order).Select(mask => (mask, Labels[random.Next(Labels.Length)]))]);
    }

    /// <summary>Every pixel one segment, a crowd or void; the answer is the truth with its pixels moved, its names changed and its segments cut.</summary>
    private static SegCapSample Panoptic(Random random, int id, Said model)
    {
        int[] pixels = new int[Width * Height];
        int segments = random.Next(2, 7);
        for (int segment = 1; segment <= segments; segment++)
        {
            Paint(pixels, Box(random), segment);
        }

        string[] labels = [.. Enumerable.Range(0, segments + 1).Select(_ => Labels[random.Next(Labels.Length)])];
        bool[] crowd = [.. Enumerable.Range(0, segments + 1).Select(segment => segment > 1 && random.Next(4) == 0)];

        // panopticapi keeps one crowd of a category and picture.
        for (int segment = 2; segment <= segments; segment++)
        {
            crowd[segment] &= !Enumerable.Range(1, segment - 1).Any(earlier => crowd[earlier] && labels[earlier] == labels[segment]);
        }

        (Mask Mask, string Label, bool Crowd)[] all = [.. Enumerable.Range(1, segments).Select(segment => (Only(pixels, segment), labels[segment], crowd[segment])).Where(entry => !entry.Item1.IsEmpty)];
        if (all.All(entry => entry.Crowd))
        {
            all = [.. all.Select(entry => entry with { Crowd = false })];
        }

        (Mask Mask, string Label)[] truth = [.. all.Where(entry => !entry.Crowd).Select(entry => (entry.Mask, entry.Label))];
        List<(Mask Mask, string Label)> said = new();
        foreach ((Mask mask, string label, bool _) in all.Where(_ => random.Next(8) > 0))
        {
            PixelBox box = mask.Box;
            Mask changed = random.Next(5) switch
            {
                0 => mask,
                1 => mask.Grow(1),
                2 => mask.Shrink(1),
                3 => Rectangle(box with { Right = box.Left + Math.Max(1, box.Width / 2) }),
                _ => Rectangle(box),
            };
            said.Add((changed, random.Next(5) == 0 ? Labels[random.Next(Labels.Length)] : label));
        }

        said.AddRange(Enumerable.Range(0, random.Next(3)).Select(_ => (Rectangle(Box(random)), Labels[random.Next(Labels.Length)])));
        Mask uncounted = Mask.Union(truth.Select(entry => entry.Mask)).Complement();
        return Sample(model, id, "panoptic", truth, [.. said]) with
        {
            Ignore = uncounted.IsEmpty ? null : RunLengths.Of(uncounted),
            Regions = [.. all.Select((entry, index) => new SegCapRegion { Id = (index + 1).ToString(CultureInfo.InvariantCulture), Label = entry.Label, Mask = RunLengths.Of(entry.Mask), Crowd = entry.Crowd })],
        };
    }

    private static SegCapSample Sample(Said model, int id, string task, (Mask Mask, string Label)[] truth, (Mask Mask, string Label)[] said)
    {
        string question = string.Create(CultureInfo.InvariantCulture, $"Question {id}.");
        model.Answers.Add(question, GroundedAnswer.FromText(Text(said), [.. said.Select(entry => entry.Mask)]));
        return new SegCapSample
        {
            Version = SegCapSample.CurrentVersion,
            Id = id.ToString(CultureInfo.InvariantCulture),
            Image = "picture.png",
            Width = Width,
            Height = Height,
            Task = task,
            Instruction = question,
            Answer = Text(truth),
            Masks = [.. truth.Select(entry => RunLengths.Of(entry.Mask))],
            Labels = [.. truth.Select(entry => entry.Label)],
            Target = truth.Length == 0 ? SegCapTarget.None : null,
            Source = new SegCapSource { Dataset = "chance", Ids = new Dictionary<string, JsonElement>(StringComparer.Ordinal) { ["image_id"] = JsonSerializer.SerializeToElement(id) } },
        };
    }

    private static string Text((Mask Mask, string Label)[] entries) => entries.Length == 0 ? "There is nothing." : string.Join(" ", entries.Select(entry => $"<p> a {entry.Label} </p> [SEG]")) + " .";

    private static PixelBox Box(Random random)
    {
        (int left, int top) = (random.Next(Width - 3), random.Next(Height - 3));
        return new PixelBox(left, top, random.Next(left + 2, Width + 1), random.Next(top + 2, Height + 1));
    }

    private static Mask Rectangle(PixelBox box) => box.Intersect(new PixelBox(0, 0, Width, Height)) is { IsEmpty: false } inside ? Mask.FromRectangle(Width, Height, inside) : Mask.Empty(Width, Height);

    private static Mask Only(int[] pixels, int value) => Mask.FromBitmap([.. pixels.Select(pixel => pixel == value)], Width, Height);

    private static void Paint(int[] pixels, PixelBox box, int value)
    {
        for (int y = box.Top; y < box.Bottom; y++)
        {
            pixels.AsSpan((y * Width) + box.Left, box.Width).Fill(value);
        }
    }

    /// <summary>A model that says what it is told to.</summary>
    private sealed class Said : IGroundingModel
    {
        public Dictionary<string, GroundedAnswer> Answers { get; } = new(StringComparer.Ordinal);

        public ModelCard Card { get; } = new() { Name = "chance" };

        public ModelStatus Status => new(ModelState.Ready, "Ready.");

        public ValueTask<IOpenedImage> OpenImageAsync(RgbImage image, CancellationToken cancellationToken = default) => ValueTask.FromResult<IOpenedImage>(new Opened(this, image));

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }

        private sealed class Opened(Said model, RgbImage image) : IOpenedImage
        {
            public int Width => image.Width;

            public int Height => image.Height;

            public Task<GroundedAnswer> AskAsync(string instruction, AskOptions? options = null, CancellationToken cancellationToken = default) => Task.FromResult(model.Answers[instruction]);

            public IAsyncEnumerable<AnswerPiece> StreamAsync(string instruction, AskOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();
        }
    }
}
