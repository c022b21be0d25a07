using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tools.BuiltIn;

/// <summary>Opens a picture for the other tools.</summary>
internal sealed class OpenImageTool : VisionTool
{
    private static readonly TextParameter Source = new("source", "Name of an attached picture, path of an allowed file, data URI, or allowed https address")
    {
        IsRequired = true,
        Remedy = "Give the name of an attached picture, or a path or address that is allowed.",
        Aliases = ["path", "file", "file_path", "filename", "file_name", "url", "uri", "image_url", "link", "address", "name", "image", "picture", "photo", "img", "attachment", "location", "image_path", "handle", "src", "input"],
    };

    private OpenImageTool()
        : base(
            ToolGroups.Vision,
            "open_image",
            "Opens a picture for the other functions. Not needed for an attached picture whose handle (img1) the chat already tells. "
            + "Every function may return {code, message, try} instead of a result: then do what 'try' says.",
            "image, name, width_px, height_px, format, model: what it knows",
            Source)
    {
    }

    public static VisionTool Instance { get; } = new OpenImageTool();

    internal override async Task<ToolResult> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        string source = call.Get(Source)!;
        VisionToolContext context = call.Context;
        if (context.Workspace.TryGetImage(source, out VisionImage? image))
        {
            return Opened(context, image);
        }

        try
        {
            (string name, DecodedImage picture) = await context.Opener.OpenAsync(source, cancellationToken).ConfigureAwait(false);
            VisionImage added = context.Workspace.AddImage(picture.Pixels, name, picture.Format);
            context.Asking.Prepare(added);
            return Opened(context, added);
        }
        catch (ToolException exception) when (exception.Error.Code is ToolErrorCodes.NotAllowed or ToolErrorCodes.ImageNotFound)
        {
            // What is open already needs no source.
            if (context.Workspace.TryGetImageByName(source, out image)
                || (HandleText.Words(source, wantsImage: true) is [var handle] && context.Workspace.TryGetImage(handle, out image)))
            {
                return Opened(context, image);
            }

            string[] open = context.Workspace.Images.Reverse().Select(known => $"{known.Handle} ({known.Name})").ToArray();
            throw open.Length == 0 ? exception : new ToolException(
                exception.Error.Code, exception.Error.Message, $"{exception.Error.Try} Open already, to be used by its handle: {ResultBudget.Names(open)}.");
        }
    }

    private static OpenedImageResult Opened(VisionToolContext context, VisionImage image) => new()
    {
        Image = image.Handle,
        Name = image.Name,
        WidthPx = image.Width,
        HeightPx = image.Height,
        Format = image.Format,
        Model = context.Model is { } model ? ModelSummary.Of(model.Card) : null,
    };
}
