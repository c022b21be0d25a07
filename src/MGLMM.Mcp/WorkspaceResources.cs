using System.Text;
using MGLMM.Hosting;
using MGLMM.Imaging;
using MGLMM.Vision;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Workspaces;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MGLMM.Mcp;

/// <summary>Every file that a tool made and every open picture as a resource.</summary>
internal sealed class WorkspaceResources(IMcpConversations conversations)
{
    private const string Png = "image/png";

    public ValueTask<ListResourceTemplatesResult> ListTemplatesAsync(RequestContext<ListResourceTemplatesRequestParams> request, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new ListResourceTemplatesResult
        {
            ResourceTemplates =
            [
                new ResourceTemplate
                {
                    Name = "artifact",
                    Title = "A file that render_image or export_regions made",
                    UriTemplate = ResourceAddress.TemplateOf(ResourceAddress.Artifact, conversations.AreNamed),
                },
                new ResourceTemplate
                {
                    Name = "image",
                    Title = "An open picture",
                    UriTemplate = ResourceAddress.TemplateOf(ResourceAddress.Image, conversations.AreNamed),
                    MimeType = Png,
                },
            ],
        });

    public async ValueTask<ListResourcesResult> ListAsync(RequestContext<ListResourcesRequestParams> request, CancellationToken cancellationToken)
    {
        List<Resource> found = new();
        await foreach (IConversationLease? conversation in conversations.ListAsync(request.User, cancellationToken).ConfigureAwait(false))
        {
            await using (conversation)
            {
                found.AddRange(ResourcesOf(conversation.Workspace));
            }
        }

        return new ListResourcesResult { Resources = found };
    }

    public async ValueTask<ReadResourceResult> ReadAsync(RequestContext<ReadResourceRequestParams> request, CancellationToken cancellationToken)
    {
        string? uri = request.Params?.Uri;
        if (!ResourceAddress.TryParse(uri, out ResourceAddress? address))
        {
            throw new McpProtocolException("An address is mglmm://artifact/a1 or mglmm://image/img1.", McpErrorCode.ResourceNotFound);
        }

        await using IConversationLease conversation = await FindAsync(request, address, cancellationToken).ConfigureAwait(false);
        VisionWorkspace workspace = conversation.Workspace;
        if (address.Kind == ResourceAddress.Artifact && workspace.TryGetArtifact(address.Handle, out VisionArtifact? artifact))
        {
            return new ReadResourceResult { Contents = [ContentsOf(uri!, artifact)] };
        }

        if (address.Kind == ResourceAddress.Image && workspace.TryGetImage(address.Handle, out VisionImage? image))
        {
            byte[] png = await Task.Run(() => PngWriter.Encode(image.Pixels), cancellationToken).ConfigureAwait(false);
            return new ReadResourceResult { Contents = [BlobResourceContents.FromBytes(png, uri!, Png)] };
        }

        throw new McpProtocolException(
            $"There is no {address.Kind} of that handle here, or it is no longer kept; resources/list has those that are.", McpErrorCode.ResourceNotFound);
    }

    private async ValueTask<IConversationLease> FindAsync(RequestContext<ReadResourceRequestParams> request, ResourceAddress address, CancellationToken cancellationToken)
    {
        try
        {
            return await conversations.FindAsync(request.User, address.Conversation, begins: false, cancellationToken).ConfigureAwait(false);
        }
        catch (UnknownConversationException exception)
        {
            throw new McpProtocolException($"{exception.Error.Message} Name one in the address, as resources/list does.", McpErrorCode.ResourceNotFound);
        }
    }

    private IEnumerable<Resource> ResourcesOf(VisionWorkspace workspace)
    {
        string? conversation = conversations.AreNamed ? workspace.Conversation : null;
        foreach (VisionImage image in workspace.Images)
        {
            yield return new Resource
            {
                Uri = ResourceAddress.OfImage(image.Handle, conversation).ToString(),
                Name = image.Name,
                Description = ResourceDescriptions.Of(image),
                MimeType = Png,
            };
        }

        foreach (VisionArtifact artifact in workspace.Artifacts)
        {
            yield return new Resource
            {
                Uri = ResourceAddress.OfArtifact(artifact.Handle, conversation).ToString(),
                Name = artifact.FileName,
                Description = ResourceDescriptions.Of(artifact),
                MimeType = artifact.MediaType,
                Size = artifact.Content.Length,
            };
        }
    }

    private static ResourceContents ContentsOf(string uri, VisionArtifact artifact) => IsText(artifact.MediaType)
        ? new TextResourceContents { Uri = uri, MimeType = artifact.MediaType, Text = Encoding.UTF8.GetString(artifact.Content.Span) }
        : BlobResourceContents.FromBytes(artifact.Content, uri, artifact.MediaType);

    private static bool IsText(string mediaType) =>
        mediaType.StartsWith("text/", StringComparison.Ordinal)
        || mediaType is "application/json" or "image/svg+xml"
        || mediaType.EndsWith("+json", StringComparison.Ordinal);
}
