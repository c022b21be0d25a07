using System.Diagnostics;
using System.Globalization;
using MGLMM.Imaging;
using MGLMM.Vision;
using MGLMM.Vision.Results;

namespace MGLMM.Benchmarks.Attack;

/// <summary>Picture bombs: memory of one, of several at once, and how soon a cancelled call comes back.</summary>
internal static class DecodingAttack
{
    private const int Side = 10_000;

    private static readonly ImageLimits Limits = new() { AllowedFormats = ImageFormats.Png | ImageFormats.Jpeg | ImageFormats.WebP | ImageFormats.Gif };

    private static readonly (string Name, Func<byte[]> Make)[] Bombs =
    [
        ("PNG, 1 bit", () => PictureBombs.Png(Side, 1, 0, interlaced: false)),
        ("PNG, palette of 8 bits", () => PictureBombs.Png(Side, 8, 3, interlaced: false)),
        ("PNG, RGBA of 16 bits", () => PictureBombs.Png(Side, 16, 6, interlaced: false)),
        ("PNG, 1 bit, interlaced", () => PictureBombs.Png(Side, 1, 0, interlaced: true)),
        ("PNG, RGBA of 16 bits, interlaced", () => PictureBombs.Png(Side, 16, 6, interlaced: true)),
        ("JPEG", () => PictureBombs.Jpeg(Side, progressive: false)),
        ("JPEG, progressive", () => PictureBombs.Jpeg(Side, progressive: true)),
        ("WebP, lossless", () => PictureBombs.WebP(Side, lossless: true)),
        ("WebP, lossy", () => PictureBombs.WebP(Side, lossless: false)),
        ("GIF", () => PictureBombs.Gif(Side)),
    ];

    /// <summary>All of it; each in a process of its own.</summary>
    public static async Task RunAsync(string folder, CancellationToken cancellationToken)
    {
        Console.WriteLine($"| file of {Side} x {Side} pixels | bytes | peak, MB | bytes a pixel | counted as | two at once, MB | seconds | cancelled after 200 ms, back after |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        for (int index = 0; index < Bombs.Length; index++)
        {
            string path = Path.Combine(folder, $"bomb{index}");
            await File.WriteAllBytesAsync(path, Bombs[index].Make(), cancellationToken).ConfigureAwait(false);
            string[] one = await ChildAsync(path, 1, cancellationToken).ConfigureAwait(false);
            string[] two = await ChildAsync(path, 2, cancellationToken).ConfigureAwait(false);
            string[] cancelled = await ChildAsync(path, 0, cancellationToken).ConfigureAwait(false);
            Console.WriteLine($"| {Bombs[index].Name} | {new FileInfo(path).Length:N0} | {one[0]} | {one[1]} | {one[2]} | {two[0]} | {one[3]} | {cancelled[0]} |");
        }
    }

    /// <summary>The part of a process of its own.</summary>
    /// <param name="path">The file.</param>
    /// <param name="atOnce">How many decode it; 0 opens it with a tool and cancels.</param>
    public static async Task ChildAsync(string path, int atOnce)
    {
        byte[] file = await File.ReadAllBytesAsync(path).ConfigureAwait(false);

        // The decoders are there and the process is warm.
        ImageDecoder.MaximumMemory = Math.Max(ImageDecoder.MaximumMemory, 2L << 30);
        foreach (byte[] small in (byte[][])[PictureBombs.Png(64, 8, 2, interlaced: true), PictureBombs.Jpeg(64, progressive: true), PictureBombs.WebP(64, lossless: true)])
        {
            ImageDecoder.Decode(small);
        }

        if (atOnce == 0)
        {
            using CancellationTokenSource stop = new();
            VisionToolset toolset = new(model: null);
            toolset.AddImage("bomb", file);
            await toolset.OpenImageAsync("nothing").ConfigureAwait(false);
            stop.CancelAfter(TimeSpan.FromMilliseconds(200));
            Stopwatch clock = Stopwatch.StartNew();
            ToolResult result = await toolset.OpenImageAsync("bomb", stop.Token).ConfigureAwait(false);
            string what = result is ToolError error ? error.Code : "opened";
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalSeconds:F2} s ({what})"));
            return;
        }

        ImageDecoder.MaximumMemory = atOnce == 1 ? 2L << 30 : 1L << 30;
        GC.Collect();
        ProcessMemory.Reset();
        long before = ProcessMemory.Now;
        Stopwatch watch = Stopwatch.StartNew();
        string seconds = string.Empty;
        try
        {
            await Task.WhenAll(Enumerable.Range(0, atOnce).Select(async _ => await SkiaImageDecoder.Instance.DecodeAsync(file, Limits).ConfigureAwait(false))).ConfigureAwait(false);
            seconds = watch.Elapsed.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture);
        }
        catch (ImageFormatException refused)
        {
            Console.WriteLine($"refused;;{(refused.IsTooLarge ? "too large" : refused.Message)};");
            return;
        }

        long taken = ProcessMemory.Peak - before;
        double counted = ImageDecoder.BytesNeeded(file, Limits with { MaximumPixels = long.MaxValue }) / ((double)Side * Side);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{taken / 1e6:F0};{taken / ((double)Side * Side):F1};{counted:F0};{seconds}"));
    }

    private static async Task<string[]> ChildAsync(string path, int atOnce, CancellationToken cancellationToken)
    {
        using Process child = ProcessMemory.Again("attack", "--part", "decode", "--folder", path, "--count", atOnce.ToString(CultureInfo.InvariantCulture));
        string said = await child.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        await child.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        string[] parts = said.Trim().Split(';');
        return [.. parts, .. Enumerable.Repeat(string.Empty, Math.Max(0, 4 - parts.Length))];
    }
}
