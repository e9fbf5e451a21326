import type { Sentence } from '../sentence';

/** The frame of every page, failures, updates. */
export const frame = {
  name: { th: 'ติดตาม', en: 'Tidtam' },
  skip: { th: 'ข้ามไปเนื้อหา', en: 'Skip to the content' },
  mainMenu: { th: 'เมนูหลัก', en: 'Main menu' },
  home: { th: 'หน้าแรก', en: 'Home' },
  records: { th: 'รายการบันทึก', en: 'Records' },
  places: { th: 'สถานศึกษา', en: 'Schools' },
  settings: { th: 'ตั้งค่า', en: 'Settings' },
  fill: { th: 'กรอกแบบ', en: 'Fill in' },
  review: { th: 'ตรวจทาน', en: 'Review' },
  back: { th: 'ย้อนกลับ', en: 'Back' },
  cancel: { th: 'ยกเลิก', en: 'Cancel' },
  close: { th: 'ปิด', en: 'Close' },
  save: { th: 'บันทึก', en: 'Save' },
  later: { th: 'ไว้ภายหลัง', en: 'Later' },
  show: { th: 'แสดง', en: 'Show' },
  hide: { th: 'ซ่อน', en: 'Hide' },
  language: { th: 'ภาษา', en: 'Language' },
  toHome: { th: 'ไปหน้าแรก', en: 'Go to home' },
  updateLabel: { th: 'แอปรุ่นใหม่', en: 'New version' },
  updateReady: {
    th: 'มีแอปรุ่นใหม่ ข้อมูลในเครื่องอยู่ครบเหมือนเดิม',
    en: 'A new version is ready. Nothing on the tablet is lost.',
  },
  update: { th: 'อัปเดต', en: 'Update' },
  updateFormOpen: {
    th: 'มีแบบเปิดค้างอยู่ในอีกแท็บหนึ่ง กรุณาปิดแบบนั้นก่อน แล้วกดอัปเดตอีกครั้ง',
    en: 'A form is open in another tab. Close it first, then press Update again.',
  },
  missingTitle: { th: 'ไม่พบหน้านี้', en: 'This page does not exist' },
  missingText: { th: 'ลิงก์อาจพิมพ์ไม่ครบหรือเป็นลิงก์เก่า', en: 'The link may be incomplete or old.' },
  errorTitle: { th: 'เปิดหน้านี้ไม่สำเร็จ', en: 'This page could not be opened' },
  errorSafe: {
    th: 'ข้อมูลที่บันทึกไว้ในเครื่องยังอยู่ครบ ลองเปิดหน้านี้ใหม่อีกครั้ง',
    en: 'Everything saved on this tablet is still there. Try to open the page again.',
  },
  errorHelp: {
    th: 'หากยังเปิดไม่ได้ ให้ไปที่ ตั้งค่า › ส่งออกเป็นไฟล์ แล้วส่งไฟล์พร้อมข้อความข้างบนให้ผู้ดูแลระบบ อย่าลบแอปหรือล้างข้อมูลเบราว์เซอร์',
    en: 'If it still fails: go to Settings › Export to a file, and give the file and the message above to your administrator. Do not remove the app or clear the browser’s data.',
  },
  openAgain: { th: 'เปิดใหม่อีกครั้ง', en: 'Open again' },
  unexpected: {
    th: 'เกิดข้อผิดพลาดที่ไม่คาดคิด ข้อมูลที่บันทึกไว้ยังอยู่ครบ ({what})',
    en: 'Something unexpected went wrong. What was saved is still there. ({what})',
  },
  noSpace: {
    th: 'พื้นที่ในเครื่องเต็ม ส่งรายการที่ค้างอยู่หรือลบไฟล์อื่นในเครื่องก่อน แล้วลองใหม่',
    en: 'The tablet is full. Send what waits, or delete other files from the tablet, then try again.',
  },
  serverNotReached: {
    th: 'ติดต่อเซิร์ฟเวอร์ไม่ได้ ตรวจสอบสัญญาณหรือ Wi-Fi แล้วลองใหม่',
    en: 'The server could not be reached. Check the network, then try again.',
  },
  serverBroken: {
    th: 'เซิร์ฟเวอร์ขัดข้องชั่วคราว ข้อมูลยังอยู่ในเครื่อง ลองใหม่ในอีกสักครู่',
    en: 'The server has a problem for the moment. Your data is still on the tablet; try again in a while.',
  },
  notAllowed: {
    th: 'บัญชีนี้ไม่มีสิทธิ์ทำรายการนี้ กรุณาติดต่อผู้ดูแลระบบของสำนักงาน',
    en: 'This account may not do this. Ask the administrator of your office.',
  },
} satisfies Record<string, Sentence>;
