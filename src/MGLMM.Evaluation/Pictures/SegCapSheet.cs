using System.Globalization;
using System.Net;
using System.Text;
using MGLMM.Data.SegCap;
using MGLMM.Evaluation.Metrics;
using MGLMM.Imaging;
using MGLMM.Masks;

namespace MGLMM.Evaluation.Pictures;

/// <summary>Draws a page of samples: each question's picture with its masks, and what is asked and answered.</summary>
public static class SegCapSheet
{
    private const int LongSide = 480;
    private const int PicturesInRow = 4;
    private const int Gap = 8;

    /// <summary>Of a page that is a picture: 1.9 GB of pixels, beyond which they have no array.</summary>
    private const int MostInPicture = 2_000;
    private const string PageEnding = ".html";
    private const string PictureEnding = ".png";

    private const string Title = "<title>SegCap samples</title>";

    private const string Head =
        $$"""
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8">{{Title}}<style>
        body { font: 15px/1.4 sans-serif; margin: 1.5em; display: grid; grid-template-columns: repeat(auto-fill, minmax(420px, 1fr)); gap: 1.5em; }
        figure { margin: 0; } img { width: 100%; } figcaption p { margin: .3em 0; } small { color: #666; } b { padding: 0 .15em; }
        </style></head><body>

        """;

    // The built-in font draws the same letters on every machine.
    private static readonly OverlayRenderer Renderer = new(new OverlayOptions { UseBuiltInFont = true });

    /// <summary>Draws some of a file's questions.</summary>
    /// <param name="segCapPath">The file; pictures lie where it names them.</param>
    /// <param name="page">
    /// The page to write: <c>.html</c>, which holds its pictures, or <c>.png</c>, the pictures alone. An earlier page is replaced, and no other file: see
    /// <see cref="CheckPage"/>.
    /// </param>
    /// <param name="count">How many questions at most; they are spread over the tasks of the file.</param>
    /// <param name="seed">Which ones.</param>
    /// <param name="cancellationToken">Observed at every question.</param>
    /// <returns>How many are shown.</returns>
    /// <exception cref="ArgumentException">The count or the page is none, or the page is there and may not be replaced.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or a picture is of another size than its samples say.</exception>
    /// <exception cref="FileNotFoundException">A picture is missing.</exception>
    public static int Write(string segCapPath, string page, int count, int seed = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(page);
        if (count < 1)
        {
            throw new ArgumentException($"--count is {count}; it must be at least 1.");
        }

        bool asPage = page.EndsWith(PageEnding, StringComparison.OrdinalIgnoreCase);
        if (!asPage && !page.EndsWith(PictureEnding, StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException($"'{page}' is neither an {PageEnding} nor a {PictureEnding} file.");
        }

        CheckPage(page);
        List<SegCapSample> chosen = Choose(SegCapFile.Stream(segCapPath).SelectMany(sample => sample.Questions()), count, seed, cancellationToken);
        if (chosen.Count == 0)
        {
            throw new InvalidDataException($"'{Path.GetFileName(segCapPath)}' holds no samples.");
        }

        if (!asPage && chosen.Count > MostInPicture)
        {
            throw new ArgumentException($"A {PictureEnding} page holds {MostInPicture} samples at most, and {chosen.Count} were chosen. Take a smaller --count, or an {PageEnding} page.");
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(segCapPath))!;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(page))!);
        StringBuilder text = new(Head);
        List<RgbImage> pictures = new();
        foreach (SegCapSample sample in chosen)
        {
            cancellationToken.ThrowIfCancellationRequested();
            RgbImage picture = Draw(sample, folder);
            if (asPage)
            {
                WriteFigure(text, sample, picture);
            }
            else
            {
                pictures.Add(picture);
            }
        }

        File.WriteAllBytes(page, asPage ? Encoding.UTF8.GetBytes(text.Append("</body></html>\n").ToString()) : PictureMark.Mark(PngWriter.Encode(Grid(pictures))));
        return chosen.Count;
    }

    /// <summary>Refuses a file that is there and is no earlier page.</summary>
    /// <param name="page">The page that is to be written.</param>
    /// <param name="otherwise">What else can be done than to move it away, for the message.</param>
    /// <exception cref="ArgumentException">It may not be replaced.</exception>
    public static void CheckPage(string page, string otherwise = "Name another one")
    {
        ArgumentNullException.ThrowIfNull(page);
        if (Path.Exists(page) && !IsPage(page))
        {
            throw new ArgumentException($"'{page}' is there already, and is not known to be an earlier page: it is not replaced. {otherwise}, or move it away.");
        }
    }

    private static bool IsPage(string path) => path.EndsWith(PageEnding, StringComparison.OrdinalIgnoreCase)
        ? File.Exists(path) && File.ReadLines(path).Take(2).Any(line => line.Contains(Title, StringComparison.Ordinal))
        : PictureMark.IsIn(path);

    /// <summary>A sample of each task in turn, until there are enough; which ones, chance decides (a reservoir per task).</summary>
    private static List<SegCapSample> Choose(IEnumerable<SegCapSample> questions, int count, int seed, CancellationToken cancellationToken)
    {
        Random random = new(seed);
        SortedDictionary<string, (int Met, List<SegCapSample> Kept)> tasks = new(StringComparer.Ordinal);
        foreach (SegCapSample question in questions)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (int met, List<SegCapSample> kept) = tasks.GetValueOrDefault(question.Task, (0, []));
            if (kept.Count < count)
            {
                kept.Add(question);
            }
            else if (random.Next(met + 1) is var place && place < count)
            {
                kept[place] = question;
            }

            tasks[question.Task] = (met + 1, kept);
        }

        List<SegCapSample> chosen = new();
        for (int round = 0; chosen.Count < count && tasks.Values.Any(task => task.Kept.Count > round); round++)
        {
            chosen.AddRange(tasks.Values.Where(task => task.Kept.Count > round).Select(task => task.Kept[round]).Take(count - chosen.Count));
        }

        return chosen;
    }

    private static RgbImage Draw(SegCapSample sample, string folder)
    {
        string path = Path.Combine(folder, sample.Image);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"The picture '{sample.Image}' of sample '{sample.Id}' is not in '{folder}'.");
        }

        RgbImage picture = ImageDecoder.DecodeFile(path);
        if (picture.Width != sample.Width || picture.Height != sample.Height)
        {
            throw new InvalidDataException($"The picture of sample '{sample.Id}' is {picture.Width}x{picture.Height} instead of {sample.Width}x{sample.Height}.");
        }

        OverlayRegion[] regions = [.. SegCapFile.MasksOf(sample).Select((mask, index) => new OverlayRegion(mask, sample.Labels[index], index))];
        if (regions.Length == 0 && sample.Region is null)
        {
            regions = [.. sample.Regions.Select((region, index) => new OverlayRegion(region.Mask.ToMask(sample.Width, sample.Height), region.Label, index))];
        }

        // Before anything else is drawn: the renderer enlarges small pictures.
        if (SegCapFile.IgnoreOf(sample) is { } ignore)
        {
            picture = Dimmed(picture, ignore);
        }

        RgbImage drawn = regions.Length > 0 ? Renderer.Render(picture, regions)
            : sample.Region is not null ? ExamplePicture.Framed(sample, picture)
            : picture;
        double scale = (double)LongSide / Math.Max(drawn.Width, drawn.Height);
        return scale < 1
            ? PillowResize.Resize(drawn, Math.Max(1, (int)(drawn.Width * scale)), Math.Max(1, (int)(drawn.Height * scale)), ResampleFilter.Bicubic)
            : drawn;
    }

    /// <summary>Every second pixel of what does not count is black.</summary>
    private static RgbImage Dimmed(RgbImage picture, Mask ignore)
    {
        byte[] pixels = picture.Pixels.ToArray();
        bool[] bitmap = ignore.ToBitmap();
        for (int index = 0; index < bitmap.Length; index++)
        {
            if (bitmap[index] && (((index % picture.Width) + (index / picture.Width)) & 1) == 0)
            {
                pixels.AsSpan(index * RgbImage.Channels, RgbImage.Channels).Clear();
            }
        }

        return RgbImage.FromPixels(pixels, picture.Width, picture.Height);
    }

    private static RgbImage Grid(List<RgbImage> pictures)
    {
        int columns = Math.Min(PicturesInRow, pictures.Count);
        int rows = (pictures.Count + columns - 1) / columns;
        (int cellWidth, int cellHeight) = (pictures.Max(picture => picture.Width) + Gap, pictures.Max(picture => picture.Height) + Gap);
        (int width, int height) = ((columns * cellWidth) + Gap, (rows * cellHeight) + Gap);
        byte[] pixels = new byte[width * height * RgbImage.Channels];
        pixels.AsSpan().Fill(byte.MaxValue);
        foreach ((int index, RgbImage picture) in pictures.Index())
        {
            (int left, int top) = ((index % columns * cellWidth) + Gap, (index / columns * cellHeight) + Gap);
            for (int row = 0; row < picture.Height; row++)
            {
                picture.Pixels.Slice(row * picture.Width * RgbImage.Channels, picture.Width * RgbImage.Channels)
                    .CopyTo(pixels.AsSpan((((top + row) * width) + left) * RgbImage.Channels));
            }
        }

        return RgbImage.FromPixels(pixels, width, height);
    }

    private static void WriteFigure(StringBuilder text, SegCapSample sample, RgbImage picture)
    {
        List<string> remarks = new() { sample.Task };
        remarks.AddRange(new[] { sample.Granularity, sample.Source?.Dataset, sample.Source?.Split }.OfType<string>());
        if (sample.Target is not null)
        {
            remarks.Add("target " + sample.Target);
        }

        if (sample.Ignore is not null)
        {
            remarks.Add("with ignored pixels");
        }

        text.Append(CultureInfo.InvariantCulture, $"<figure><img alt=\"\" src=\"data:image/png;base64,{Convert.ToBase64String(PngWriter.Encode(picture))}\"><figcaption>");
        text.Append(CultureInfo.InvariantCulture, $"<p><small>{WebUtility.HtmlEncode(sample.Id)}: {WebUtility.HtmlEncode(string.Join(", ", remarks))}</small></p>");
        text.Append(CultureInfo.InvariantCulture, $"<p>{WebUtility.HtmlEncode(sample.Instruction)}</p><p>");
        (int at, int number) = (0, 0);
        foreach (System.Text.RegularExpressions.Match match in AnswerText.Phrase().Matches(sample.Answer))
        {
            RgbColor colour = OverlayPalette.ColorOf(number++);
            text.Append(WebUtility.HtmlEncode(AnswerText.Plain(sample.Answer[at..match.Index])));
            text.Append(CultureInfo.InvariantCulture, $" <b style=\"background: rgba({colour.Red},{colour.Green},{colour.Blue},.35)\">{WebUtility.HtmlEncode(AnswerText.Plain(match.Groups[1].Value))}</b> ");
            at = match.Index + match.Length;
        }

        text.Append(WebUtility.HtmlEncode(AnswerText.Plain(sample.Answer[at..]))).Append("</p></figcaption></figure>\n");
    }
}
