/** One icon per way of being in touch; a way an admin added gets the general one. */
import { CalendarHeart, DoorOpen, Ellipsis, Mail, MapPin, MessageCircle, MessageSquareText, Phone, Video, type LucideIcon } from "lucide-react";

const ICONS: Record<string, LucideIcon> = {
  call: Phone,
  wechat: MessageCircle,
  visit: MapPin,
  email: Mail,
  sms: MessageSquareText,
  video: Video,
  event: CalendarHeart,
  inbound_visit: DoorOpen,
};

export function methodIcon(method: string): LucideIcon {
  return ICONS[method] ?? Ellipsis;
}
