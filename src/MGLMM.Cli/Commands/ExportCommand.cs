using System.CommandLine;
using System.Globalization;
using System.IO.Compression;
using MGLMM.Cli.Output;
using MGLMM.Imaging;
using MGLMM.Masks;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Exports;
using MGLMM.Vision.Workspaces;
using Spectre.Console;

namespace MGLMM.Cli.Commands;

/// <summary>
/// <c>mglmm export --image &lt;file&gt; --mask &lt;png&gt;[=&lt;label&gt;]... --format &lt;format&gt; --output &lt;folder&gt;</c>: any masks in any of our formats, with no model. The
/// masks are m1, m2, ... in their order.
/// </summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        Option<string> image = new("--image") { Description = "Picture file: PNG, JPEG or WebP.", Required = true };
        Option<string[]> masks = new("--mask")
        {
            Description = "Mask of the picture's size, a greyscale or palette PNG: inside is what is not 0. With '=' behind it, its label. Any number, in order.",
            HelpName = "png>[=<label>]",
            Required = true,
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = true,
        };
        Option<string> format = new("--format") { Description = $"One of: {Names()}.", Required = true };
        Option<string> output = new("--output") { Description = "Folder for the file, made where it is not there. Nothing there is ever replaced.", Required = true };
        Option<bool> unpack = new("--unpack") { Description = "Where the format is a zip: write the files in it instead." };
        Command command = new("export", "Writes masks of a picture in a format of annotation tools and data sets. Needs no model.") { image, masks, format, output, unpack };
        command.SetAction((parsed, cancellationToken) => ExitCodes.Guard(() => Task.Run(
            () => Run(
                parsed.GetRequiredValue(image),
                parsed.GetRequiredValue(masks),
                parsed.GetRequiredValue(format),
                parsed.GetRequiredValue(output),
                parsed.GetValue(unpack),
                cancellationToken),
            cancellationToken)));
        return command;
    }

    private static void Run(string imagePath, string[] maskArguments, string formatName, string folder, bool unpack, CancellationToken cancellationToken)
    {
        // What is quickly seen to be wrong comes first.
        IExportFormat format = ExportFormats.BuiltIn.FirstOrDefault(known => known.Name == formatName.Trim().ToLowerInvariant().Replace('-', '_'))
            ?? throw new ArgumentException($"There is no format '{formatName}'. Use one of: {Names()}.");
        MaskArgument[] arguments = [.. maskArguments.Select(MaskArgument.Parse)];
        if (!File.Exists(imagePath))
        {
            throw new FileNotFoundException($"There is no picture {imagePath}.");
        }

        VisionWorkspace workspace = new(new WorkspaceLimits
        {
            MaximumRegions = arguments.Length,
            MaximumMaskBytes = long.MaxValue,
            MaximumArtifactBytes = Array.MaxLength,
        });
        VisionImage picture = workspace.AddImage(ImageDecoder.DecodeFile(imagePath), Path.GetFileName(imagePath));
        foreach (MaskArgument argument in arguments)
        {
            cancellationToken.ThrowIfCancellationRequested();
            AddMask(workspace, picture, argument);
        }

        ExportedFile file = workspace.Export(format, picture.Handle, cancellationToken: cancellationToken);
        string name = $"{Path.GetFileNameWithoutExtension(imagePath)}-{format.Name}{Path.GetExtension(file.FileName)}";
        (string Name, byte[] Content)[] files = unpack && file.MediaType == "application/zip" ? Unpacked(file) : [(name, file.Content.ToArray())];
        NewFiles.Write(folder, files, cancellationToken);
        foreach ((string written, byte[] content) in files)
        {
            AnsiConsole.MarkupLineInterpolated($"Wrote {Path.Combine(folder, written)}, {content.Length.ToString("N0", CultureInfo.InvariantCulture)} bytes.");
        }

        if (file.Note is { } note)
        {
            AnsiConsole.MarkupLineInterpolated($"note: {ExitCodes.Harmless(note)}");
        }
    }

    private static void AddMask(VisionWorkspace workspace, VisionImage picture, MaskArgument argument)
    {
        Mask mask;
        try
        {
            using FileStream stream = File.OpenRead(argument.Path);
            mask = MaskPng.Decode(stream, new MaskPngLimits { MaxPixels = int.MaxValue, MaxBytes = Array.MaxLength });
        }
        catch (FormatException exception)
        {
            throw new InvalidDataException($"The mask {argument.Path} cannot be read: {exception.Message}", exception);
        }

        if (mask.Width != picture.Width || mask.Height != picture.Height)
        {
            string turned = mask.Width == picture.Height && mask.Height == picture.Width
                ? " The picture counts as it is shown, turned as its EXIF orientation says."
                : string.Empty;
            throw new InvalidDataException(
                $"The mask {argument.Path} has {mask.Width}x{mask.Height} pixels and the picture {picture.Width}x{picture.Height}; give a mask of the picture's size.{turned}");
        }

        if (mask.IsEmpty)
        {
            throw new InvalidDataException($"The mask {argument.Path} is empty: all its pixels are 0. Leave it out, or give one with a pixel inside.");
        }

        int count = workspace.Regions.Count;
        workspace.AddRegion(picture.Handle, mask, new HostRegion { Phrase = argument.Label, Origin = $"mask file {Path.GetFileName(argument.Path)}" });
        if (workspace.Regions.Count == count)
        {
            throw new ArgumentException($"The mask {argument.Path} has the pixels and the label of one before it. Leave it out, or give it another label.");
        }
    }

    private static (string Name, byte[] Content)[] Unpacked(ExportedFile file)
    {
        using ZipArchive archive = new(new MemoryStream(file.Content.ToArray()));
        return [.. archive.Entries.Select(entry =>
        {
            using MemoryStream content = new();
            using Stream stream = entry.Open();
            stream.CopyTo(content);
            return (entry.FullName, content.ToArray());
        })];
    }

    private static string Names() => string.Join(", ", ExportFormats.BuiltIn.Select(format => format.Name));
}
